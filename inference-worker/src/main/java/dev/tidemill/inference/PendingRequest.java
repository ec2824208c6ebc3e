package dev.tidemill.inference;

import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.wire.NamedValues;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record of the requests topic that waits for its micro-batch.
 *
 * @param owned the partition, as it was assigned when the record was read
 * @param request the decoded request; null if it is unreadable or its request_id is too long, so
 *     that no answer is possible
 * @param fault why the request is not computed; null if it is
 * @param deadline null if the request has none
 * @param receivedNanos when it was received, on the worker's monotonic clock
 * @param bytes its approximate size on the heap
 */
record PendingRequest(
    OwnedPartition owned,
    ConsumerRecord<byte[], byte[]> record,
    @Nullable PredictionRequest request,
    @Nullable String fault,
    @Nullable RequestDeadline deadline,
    long receivedNanos,
    long bytes) {

  /** Limit for key and headers. An answer repeats them, and must fit into a record with them. */
  static final int MAX_ENVELOPE_BYTES = 512 * 1024;

  static final int MAX_HEADERS = 1024;

  /** Size of a header in a record, besides key and value. */
  private static final int HEADER_BYTES = 2;

  /** Size of a header on the heap, besides key and value. */
  private static final int HEADER_HEAP_BYTES = 64;

  /** Size of a named value on the heap that Avro's reader decoded, besides its bytes. */
  private static final int VALUE_HEAP_BYTES = 100;

  private static final int MAX_ID_LENGTH = 1024;

  static PendingRequest decode(
      OwnedPartition owned,
      ConsumerRecord<byte[], byte[]> record,
      RecordCodec codec,
      long receivedNanos) {
    int headers = 0;
    long envelope = record.key() == null ? 0 : record.key().length;
    RequestDeadline deadline = null;
    for (Header header : record.headers()) {
      headers++;
      RequestDeadline named = RequestDeadline.of(header);
      deadline = named == null ? deadline : named;
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
      bytes += heapBytes(request.getValues());
      return idLength > MAX_ID_LENGTH
          ? new PendingRequest(
              owned,
              record,
              null,
              "request_id is %d characters long; the limit is %d"
                  .formatted(idLength, MAX_ID_LENGTH),
              deadline,
              receivedNanos,
              bytes)
          : new PendingRequest(
              owned,
              record,
              request,
              envelopeFault(headers, envelope),
              deadline,
              receivedNanos,
              bytes);
    } catch (MalformedRecordException e) {
      return new PendingRequest(
          owned, record, null, String.valueOf(e.getMessage()), deadline, receivedNanos, bytes);
    }
  }

  private static long heapBytes(@Nullable Map<String, Object> values) {
    if (values == null) {
      return 0;
    }
    return values instanceof NamedValues named
        ? named.heapBytes()
        : (long) VALUE_HEAP_BYTES * values.size();
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
    return owned.partition();
  }

  long offset() {
    return record.offset();
  }
}
