package dev.tidemill.messaging;

import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.RecordHeader;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Builds dead letters from records that cannot be used. The caller sends each in place of the
 * record's result.
 */
public final class DeadLetters {
  private static final int PARTITION = 0;

  /** Limits the headers, because a dead letter holds each one as an object. */
  private static final int MAX_HEADERS = 10_000;

  private final RecordCodec codec;
  private final String topic;
  private final String worker;
  private final Clock clock;

  /**
   * Creates a builder for one worker.
   *
   * @param topic the model's dead-letter topic
   */
  public DeadLetters(RecordCodec codec, String topic, String worker, Clock clock) {
    this.codec = codec;
    this.topic = topic;
    this.worker = worker;
    this.clock = clock;
  }

  /**
   * Returns the dead letter for a record. The caller sends it in the transaction that commits the
   * record's offset.
   *
   * @param reason one sentence that says what is wrong and where
   */
  public ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> refused, String reason) {
    long bytes = letterBytes(refused);
    if (bytes > TopicPolicy.LARGEST_RECORD_BYTES) {
      return bare(
          refused, reason + " (its " + bytes + " bytes are too many to copy into a dead letter)");
    }
    int headers = headerCount(refused);
    return headers > MAX_HEADERS
        ? bare(
            refused,
            reason + " (its " + headers + " headers are too many to copy into a dead letter)")
        : whole(refused, reason);
  }

  private ProducerRecord<byte[], byte[]> whole(
      ConsumerRecord<byte[], byte[]> refused, String reason) {
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setTopic(refused.topic())
            .setPartition(refused.partition())
            .setOffset(refused.offset())
            .setReason(reason)
            .setWorker(worker)
            .setKey(wrapped(refused.key()))
            .setValue(wrapped(refused.value()))
            .setHeaders(headers(refused))
            .setCreatedAt(clock.instant())
            .build();
    return codec.record(topic, PARTITION, refused.key(), letter);
  }

  /**
   * Returns a dead letter that locates the record but copies none of its bytes. A compressed record
   * may be larger than any dead letter; retrying a full one would block the partition forever.
   */
  public ProducerRecord<byte[], byte[]> bare(
      ConsumerRecord<byte[], byte[]> refused, String reason) {
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setTopic(refused.topic())
            .setPartition(refused.partition())
            .setOffset(refused.offset())
            .setReason(reason)
            .setWorker(worker)
            .setCreatedAt(clock.instant())
            .build();
    return codec.record(topic, PARTITION, null, letter);
  }

  /**
   * Returns the approximate size of the full dead letter, whose own key is the record's key, too.
   */
  private static long letterBytes(ConsumerRecord<byte[], byte[]> refused) {
    long bytes = 2L * length(refused.key()) + length(refused.value());
    for (Header header : refused.headers()) {
      bytes += header.key().length() + length(header.value());
    }
    return bytes;
  }

  private static int headerCount(ConsumerRecord<byte[], byte[]> refused) {
    int count = 0;
    for (Header unused : refused.headers()) {
      count++;
    }
    return count;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  /** Returns the original record of a dead letter, ready to be sent to its topic again. */
  public static ProducerRecord<byte[], byte[]> original(DeadLetter letter) {
    RecordHeaders headers = new RecordHeaders();
    letter.getHeaders().forEach(header -> headers.add(header.getKey(), bytes(header.getValue())));
    return new ProducerRecord<>(
        letter.getTopic(),
        letter.getPartition(),
        bytes(letter.getKey()),
        bytes(letter.getValue()),
        headers);
  }

  private static List<RecordHeader> headers(ConsumerRecord<byte[], byte[]> refused) {
    return StreamSupport.stream(refused.headers().spliterator(), false)
        .map((Header header) -> new RecordHeader(header.key(), wrapped(header.value())))
        .toList();
  }

  private static @Nullable ByteBuffer wrapped(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
