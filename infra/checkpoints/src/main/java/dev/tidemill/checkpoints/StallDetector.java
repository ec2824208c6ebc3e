package dev.tidemill.checkpoints;

import dev.tidemill.messaging.CommittedLog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Detects that a {@code read_committed} reader stays before the end of its partition because of
 * another producer's open transaction. It queries the brokers once per {@code read.timeout.ms}, so
 * detection takes up to twice that time. One thread.
 */
final class StallDetector {
  private final CommittedLog log;
  private final TopicPartition partition;
  private final LongSupplier nanoTime;
  private long queriedNanos;
  private long position;
  private long end;
  private @Nullable RuntimeException reason;

  /** Sends the first query after {@code read.timeout.ms}. */
  StallDetector(CommittedLog log, TopicPartition partition, LongSupplier nanoTime) {
    this.log = log;
    this.partition = partition;
    this.nanoTime = nanoTime;
    this.queriedNanos = nanoTime.getAsLong();
  }

  /**
   * Returns what keeps the reader from records that are older than {@code read.timeout.ms}.
   *
   * @param now the reader's position
   * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
   */
  Optional<RuntimeException> reason(long now) {
    if (now >= end) {
      reason = null;
    }
    if (nanoTime.getAsLong() - queriedNanos >= log.timeout().toNanos()) {
      query(now);
      queriedNanos = nanoTime.getAsLong();
    }
    return Optional.ofNullable(reason);
  }

  private void query(long now) {
    if (now < end && now == position) {
      reason = log.whyStalled(Map.of(partition, now), Map.of(partition, end));
    }
    position = now;
    end = log.ends(List.of(partition)).getOrDefault(partition, now);
  }
}
