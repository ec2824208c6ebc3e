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
 * @param lease under which it was read
 * @param request what it holds; null where it cannot be read, so that nobody knows what to answer
 * @param fault why it is not to be computed; null where it is
 * @param receivedNanos when it came, on the worker's monotonic clock
 * @param bytes that it takes, about
 */
record PendingRequest(
    OwnedPartition lease,
    ConsumerRecord<byte[], byte[]> record,
    @Nullable PredictionRequest request,
    @Nullable String fault,
    long receivedNanos,
    long bytes) {

  /** An answer carries the request's key and headers, and has to fit into a record with them. */
  static final int MAX_ENVELOPE_BYTES = 512 * 1024;

  static final int MAX_HEADERS = 1024;

  /** A header without key and value takes two bytes in a record. */
  private static final int HEADER_BYTES = 2;

  /** What a header is on the heap, besides its bytes. */
  private static final int HEADER_HEAP_BYTES = 64;

  private static final int MAX_ID_LENGTH = 1024;

  static PendingRequest decode(
      OwnedPartition lease,
      ConsumerRecord<byte[], byte[]> record,
      RecordCodec codec,
      long receivedNanos) {
    int headers = 0;
    long envelope = record.key() == null ? 0 : record.key().length;
    for (Header header : record.headers()) {
      headers++;
      envelope += HEADER_BYTES + header.key().length();
      envelope += header.value() == null ? 0 : header.value().length;
    }
    long bytes =
        envelope
            + (long) headers * HEADER_HEAP_BYTES
            + (record.value() == null ? 0 : record.value().length);
    try {
      PredictionRequest request = codec.decode(record, PredictionRequest.class);
      int idLength = request.getRequestId().length();
      return idLength > MAX_ID_LENGTH
          ? new PendingRequest(
              lease,
              record,
              null,
              "request_id is %d characters long; the limit is %d"
                  .formatted(idLength, MAX_ID_LENGTH),
              receivedNanos,
              bytes)
          : new PendingRequest(
              lease, record, request, envelopeFault(headers, envelope), receivedNanos, bytes);
    } catch (MalformedRecordException e) {
      return new PendingRequest(
          lease, record, null, String.valueOf(e.getMessage()), receivedNanos, bytes);
    }
  }

  private static @Nullable String envelopeFault(int headers, long envelope) {
    if (headers > MAX_HEADERS) {
      return "the request has %d headers; the limit is %d".formatted(headers, MAX_HEADERS);
    }
    return envelope > MAX_ENVELOPE_BYTES
        ? "key and headers take %d bytes; the limit is %d".formatted(envelope, MAX_ENVELOPE_BYTES)
        : null;
  }

  TopicPartition partition() {
    return lease.partition();
  }

  long offset() {
    return record.offset();
  }
}
