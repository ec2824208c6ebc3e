package dev.tidemill.trainer;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.OpenTransaction;
import dev.tidemill.messaging.OpenTransactionException;
import dev.tidemill.runtime.HealthMonitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Notices that a partition stands still before its high watermark, behind somebody's open
 * transaction, and says so in health, whatever the other partitions do. A run that is to end fails
 * after {@code read.timeout.ms}; an endless one waits. Reader's thread.
 */
final class StalledReading {
  private static final String CONDITION = "reading";

  /** What the brokers are asked. */
  interface Ends {
    /** The high watermark of each partition. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions);

    /** Why reading makes no progress from these positions to these ends. */
    RuntimeException whyStalled(
        Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends);

    static Ends of(CommittedLog log) {
      return new Ends() {
        @Override
        public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
          return log.ends(partitions);
        }

        @Override
        public RuntimeException whyStalled(
            Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends) {
          return log.whyStalled(positions, ends);
        }
      };
    }
  }

  private final String topic;
  private final Ends log;
  private final HealthMonitor monitor;
  private final Duration patience;
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private final SortedMap<Integer, Stand> stands = new TreeMap<>();
  private final Set<Integer> blocked = new HashSet<>();
  private long checked;
  private long asked;

  /**
   * @param patience without progress before the brokers are asked why, and between two questions
   * @param timeout without progress before a run that is to end fails
   */
  StalledReading(
      String topic,
      Ends log,
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
    this.checked = nanoTime.getAsLong();
    this.asked = checked - patience.toNanos();
  }

  /**
   * Called after each poll.
   *
   * @param positions where each partition is read on
   * @param paused partitions that the poll left out: no progress is expected of them, and the time
   *     does not count
   * @param until where each ends; empty where reading never ends
   * @throws dev.tidemill.messaging.OpenTransactionException after the time-out
   */
  void check(Collection<Position> positions, Set<Integer> paused, Map<Integer, Long> until) {
    long now = nanoTime.getAsLong();
    note(positions, paused, now - checked);
    checked = now;
    List<Stand> standing = stands.values().stream().filter(s -> s.lasts(patience)).toList();
    if (!standing.isEmpty() && now - asked >= patience.toNanos()) {
      asked = now;
      ask(standing, until);
    }
    if (blocked.isEmpty()) {
      monitor.recover(CONDITION);
    }
  }

  /** Nothing is read any more. */
  void close() {
    monitor.recover(CONDITION);
  }

  private void note(Collection<Position> positions, Set<Integer> paused, long nanos) {
    Set<Integer> read = new HashSet<>();
    for (Position at : positions) {
      int partition = at.partition();
      read.add(partition);
      Stand before = stands.get(partition);
      if (before == null || !before.at().equals(at)) {
        stands.put(partition, new Stand(at, 0));
        blocked.remove(partition);
      } else if (!paused.contains(partition)) {
        stands.put(partition, new Stand(at, before.nanos() + nanos));
      }
    }
    stands.keySet().retainAll(read);
    blocked.retainAll(read);
  }

  private void ask(List<Stand> standing, Map<Integer, Long> until) {
    Map<TopicPartition, Long> ends;
    try {
      ends = ends(standing, until);
    } catch (KafkaException e) {
      // Nobody answers: that is told elsewhere.
      return;
    }
    List<Stand> behind = new ArrayList<>(standing);
    behind.removeIf(s -> s.at().offset() >= ends.getOrDefault(partition(s), 0L));
    standing.stream().filter(s -> !behind.contains(s)).forEach(this::isFree);
    if (behind.isEmpty()) {
      return;
    }
    List<Stand> late = behind.stream().filter(s -> s.lasts(timeout)).toList();
    List<Stand> told = late.isEmpty() ? behind : late;
    RuntimeException why = why(told, ends);
    if (late.isEmpty() && !(why instanceof OpenTransactionException)) {
      told.forEach(this::isFree);
      return;
    }
    told.forEach(s -> blocked.add(s.at().partition()));
    monitor.degrade(CONDITION, sentence(why));
    if (!late.isEmpty() && !until.isEmpty()) {
      throw why;
    }
  }

  private void isFree(Stand stand) {
    blocked.remove(stand.at().partition());
  }

  private Map<TopicPartition, Long> ends(List<Stand> of, Map<Integer, Long> until) {
    List<TopicPartition> partitions = of.stream().map(this::partition).toList();
    if (until.isEmpty()) {
      return log.ends(partitions);
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    partitions.forEach(p -> ends.put(p, until.getOrDefault(p.partition(), 0L)));
    return ends;
  }

  private RuntimeException why(List<Stand> behind, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    behind.forEach(s -> positions.put(partition(s), s.at().offset()));
    return log.whyStalled(positions, ends);
  }

  private TopicPartition partition(Stand stand) {
    return new TopicPartition(topic, stand.at().partition());
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

  /**
   * A partition that does not move.
   *
   * @param nanos for how long it was polled there, without the time in which it was paused
   */
  private record Stand(Position at, long nanos) {
    boolean lasts(Duration duration) {
      return nanos >= duration.toNanos();
    }
  }
}
