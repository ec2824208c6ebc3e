package dev.tidemill.checkpoints;

import dev.tidemill.messaging.CommittedLog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a reader of committed records stays before the end of its partition: another
 * producer's transaction is open there. Asks the brokers once in the time-out of reads, so that it
 * takes up to twice as long. One thread.
 */
final class HeldBack {
  private final CommittedLog log;
  private final TopicPartition partition;
  private final LongSupplier nanoTime;
  private long askedNanos;
  private long position;
  private long end;
  private @Nullable RuntimeException reason;

  /** Asks for the first time when the time-out has passed. */
  HeldBack(CommittedLog log, TopicPartition partition, LongSupplier nanoTime) {
    this.log = log;
    this.partition = partition;
    this.nanoTime = nanoTime;
    this.askedNanos = nanoTime.getAsLong();
  }

  /**
   * What keeps the reader from the records that have been there for the time-out of reads.
   *
   * @param now where the reader stands
   * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
   */
  Optional<RuntimeException> reason(long now) {
    if (now >= end) {
      reason = null;
    }
    if (nanoTime.getAsLong() - askedNanos >= log.timeout().toNanos()) {
      ask(now);
      askedNanos = nanoTime.getAsLong();
    }
    return Optional.ofNullable(reason);
  }

  private void ask(long now) {
    if (now < end && now == position) {
      reason = log.whyStalled(Map.of(partition, now), Map.of(partition, end));
    }
    position = now;
    end = log.ends(List.of(partition)).getOrDefault(partition, now);
  }
}
