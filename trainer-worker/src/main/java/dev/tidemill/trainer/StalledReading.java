package dev.tidemill.trainer;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.OpenTransaction;
import dev.tidemill.messaging.OpenTransactionException;
import dev.tidemill.runtime.HealthMonitor;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Notices that reading stands still before the high watermark, behind somebody's open transaction,
 * and says so in health. A run that is to end fails after {@code read.timeout.ms}; an endless one
 * waits. Reader's thread.
 */
final class StalledReading {
  private static final String CONDITION = "reading";

  private final String topic;
  private final CommittedLog log;
  private final HealthMonitor monitor;
  private final Duration patience;
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private List<Position> last = List.of();
  private long progressed;
  private long checked;

  /**
   * @param patience without progress before the brokers are asked why
   * @param timeout without progress before a run that is to end fails
   */
  StalledReading(
      String topic,
      CommittedLog log,
      HealthMonitor monitor,
      Duration patience,
      Duration timeout,
      LongSupplier nanoTime) {
    this.topic = topic;
    this.log = log;
    this.monitor = monitor;
    this.patience = patience;
    this.timeout = timeout;
    this.nanoTime = nanoTime;
    this.progressed = nanoTime.getAsLong();
    this.checked = progressed;
  }

  /** Called after each poll of a paused consumer: it is not expected to make progress. */
  void pause() {
    progressed = nanoTime.getAsLong();
    checked = progressed;
  }

  /**
   * Called after each poll of a consumer that is not paused.
   *
   * @param positions where each partition is read on
   * @param until where each ends; empty where reading never ends
   * @throws dev.tidemill.messaging.OpenTransactionException after the time-out
   */
  void check(Collection<Position> positions, Map<Integer, Long> until) {
    long now = nanoTime.getAsLong();
    List<Position> stand = List.copyOf(positions);
    if (!stand.equals(last)) {
      last = stand;
      progressed = now;
      checked = now;
      monitor.recover(CONDITION);
    } else if (!stand.isEmpty() && now - checked >= patience.toNanos()) {
      checked = now;
      @Nullable RuntimeException why = why(until);
      boolean late = now - progressed >= timeout.toNanos();
      if (why == null || !(late || why instanceof OpenTransactionException)) {
        monitor.recover(CONDITION);
        return;
      }
      monitor.degrade(CONDITION, sentence(why));
      if (late && !until.isEmpty()) {
        throw why;
      }
    }
  }

  private static String sentence(RuntimeException why) {
    if (!(why instanceof OpenTransactionException behind)) {
      return String.valueOf(why.getMessage());
    }
    OpenTransaction open = behind.open();
    return "committed records of "
        + open.partition()
        + " lie behind an open transaction of producer "
        + open.producerId()
        + (open.transactionalId() == null
            ? ""
            : " (transactional.id " + open.transactionalId() + ")")
        + ", which begins at offset "
        + open.startOffset();
  }

  /** Null where all that is committed has been read, or nobody answers: that is told elsewhere. */
  private @Nullable RuntimeException why(Map<Integer, Long> until) {
    Map<TopicPartition, Long> before = new HashMap<>();
    last.forEach(at -> before.put(new TopicPartition(topic, at.partition()), at.offset()));
    try {
      Map<TopicPartition, Long> ends = new HashMap<>();
      if (until.isEmpty()) {
        ends.putAll(log.ends(before.keySet()));
      } else {
        before.keySet().forEach(p -> ends.put(p, until.getOrDefault(p.partition(), 0L)));
      }
      before.entrySet().removeIf(at -> at.getValue() >= ends.getOrDefault(at.getKey(), 0L));
      return before.isEmpty() ? null : log.whyStalled(before, ends);
    } catch (KafkaException e) {
      return null;
    }
  }
}
