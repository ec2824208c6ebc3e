package dev.tidemill.inference;

import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.PredictionRequest;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record of the requests topic that waits for its micro-batch.
 *
 * @param request what it holds; null where it cannot be answered at all
 * @param fault why it cannot; null where it holds a request
 * @param receivedNanos when it came, on the worker's monotonic clock
 */
record PendingRequest(
    ConsumerRecord<byte[], byte[]> record,
    @Nullable PredictionRequest request,
    @Nullable String fault,
    long receivedNanos) {

  /** An answer carries the request's key and headers, and has to fit into a record with them. */
  static final int MAX_ENVELOPE_BYTES = 512 * 1024;

  private static final int MAX_ID_LENGTH = 1024;

  static PendingRequest decode(
      ConsumerRecord<byte[], byte[]> record, RecordCodec codec, long receivedNanos) {
    long envelope = envelopeBytes(record);
    if (envelope > MAX_ENVELOPE_BYTES) {
      return new PendingRequest(
          record,
          null,
          "key and headers take "
              + envelope
              + " bytes, and an answer has room for "
              + MAX_ENVELOPE_BYTES,
          receivedNanos);
    }
    try {
      PredictionRequest request = codec.decode(record, PredictionRequest.class);
      int idLength = request.getRequestId().length();
      return idLength > MAX_ID_LENGTH
          ? new PendingRequest(
              record,
              null,
              "its request_id has " + idLength + " characters, at most " + MAX_ID_LENGTH + " go",
              receivedNanos)
          : new PendingRequest(record, request, null, receivedNanos);
    } catch (MalformedRecordException e) {
      return new PendingRequest(record, null, String.valueOf(e.getMessage()), receivedNanos);
    }
  }

  TopicPartition partition() {
    return new TopicPartition(record.topic(), record.partition());
  }

  private static long envelopeBytes(ConsumerRecord<byte[], byte[]> record) {
    long bytes = record.key() == null ? 0 : record.key().length;
    for (Header header : record.headers()) {
      bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    return bytes;
  }
}
