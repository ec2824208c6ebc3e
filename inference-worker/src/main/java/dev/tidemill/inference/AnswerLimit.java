package dev.tidemill.inference;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Remembers the smallest answer that the brokers have refused as too large. So a model whose
 * answers are all too large does not cause one refused commit per request. Forgets it after 10
 * seconds, because the topic's limit may be raised. Does no I/O; the caller passes the time. One
 * thread at a time.
 */
final class AnswerLimit {
  private static final long FORGET_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);

  private long refusedBytes = Long.MAX_VALUE;
  private long learnedAt;

  /** Records that the brokers refused an answer of {@code bytes} bytes as too large. */
  void refused(long bytes, long nowNanos) {
    refusedBytes = Math.min(refusedBytes, bytes);
    learnedAt = nowNanos;
  }

  /** Returns whether the answer is smaller than any that was refused recently. */
  boolean allows(ProducerRecord<byte[], byte[]> answer, long nowNanos) {
    if (refusedBytes == Long.MAX_VALUE) {
      return true;
    }
    if (nowNanos - learnedAt > FORGET_AFTER_NANOS) {
      refusedBytes = Long.MAX_VALUE;
      return true;
    }
    return bytes(answer) < refusedBytes;
  }

  /** Returns the size of key, value and headers. */
  static long bytes(ProducerRecord<byte[], byte[]> record) {
    long bytes = record.value().length + (record.key() == null ? 0L : record.key().length);
    for (Header header : record.headers()) {
      bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    return bytes;
  }
}
