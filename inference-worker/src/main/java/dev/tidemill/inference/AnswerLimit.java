package dev.tidemill.inference;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The size from which on answers are known to be refused by the brokers. Learned from a refusal, so
 * that a model whose every answer is too large doesn't cost one a request, and forgotten after a
 * while, since the topic's limit may be raised. State without I/O; the caller says what time it is.
 * One thread at a time.
 */
final class AnswerLimit {
  private static final long KNOWN_FOR_NANOS = TimeUnit.SECONDS.toNanos(10);

  private long refusedBytes = Long.MAX_VALUE;
  private long learnedAt;

  /** An answer of that many bytes was refused as too large. */
  void refused(long bytes, long nowNanos) {
    refusedBytes = Math.min(refusedBytes, bytes);
    learnedAt = nowNanos;
  }

  /** Whether an answer may be tried. */
  boolean allows(ProducerRecord<byte[], byte[]> answer, long nowNanos) {
    if (refusedBytes == Long.MAX_VALUE) {
      return true;
    }
    if (nowNanos - learnedAt > KNOWN_FOR_NANOS) {
      refusedBytes = Long.MAX_VALUE;
      return true;
    }
    return bytes(answer) < refusedBytes;
  }

  /** Of key, value and headers. */
  static long bytes(ProducerRecord<byte[], byte[]> record) {
    long bytes = record.value().length + (record.key() == null ? 0L : record.key().length);
    for (Header header : record.headers()) {
      bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    return bytes;
  }
}
