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
 * Detects a partition that is stuck below its high watermark, behind an open transaction, and
 * reports it in the health, even if other partitions progress. A run that ends fails after {@code
 * read.timeout.ms}; an endless run waits. Reader's thread.
 */
final class StalledReading {
  private static final String CONDITION = "reading";

  /** Queries to the brokers. */
  interface Ends {
    /** Returns the high watermark of each partition. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions);

    /** Returns why reading makes no progress from these positions to these ends. */
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
  private final SortedMap<Integer, IdlePosition> idle = new TreeMap<>();
  private final Set<Integer> blocked = new HashSet<>();
  private long checked;
  private long queried;

  /**
   * @param patience time without progress before it queries the brokers, and between queries
   * @param timeout time without progress before a run that ends fails
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
    this.queried = checked - patience.toNanos();
  }

  /**
   * Checks the progress of each partition; call it after each poll.
   *
   * @param positions the next position of each partition
   * @param paused partitions that the poll left out, whose time without progress does not count
   * @param until the end of each partition; empty if reading never ends
   * @throws dev.tidemill.messaging.OpenTransactionException after the timeout
   */
  void check(Collection<Position> positions, Set<Integer> paused, Map<Integer, Long> until) {
    long now = nanoTime.getAsLong();
    update(positions, paused, now - checked);
    checked = now;
    List<IdlePosition> stalled = idle.values().stream().filter(s -> s.lasted(patience)).toList();
    if (!stalled.isEmpty() && now - queried >= patience.toNanos()) {
      queried = now;
      query(stalled, until);
    }
    if (blocked.isEmpty()) {
      monitor.recover(CONDITION);
    }
  }

  /** Clears the health condition when reading ends. */
  void close() {
    monitor.recover(CONDITION);
  }

  private void update(Collection<Position> positions, Set<Integer> paused, long nanos) {
    Set<Integer> read = new HashSet<>();
    for (Position at : positions) {
      int partition = at.partition();
      read.add(partition);
      IdlePosition before = idle.get(partition);
      if (before == null || !before.at().equals(at)) {
        idle.put(partition, new IdlePosition(at, 0));
        blocked.remove(partition);
      } else if (!paused.contains(partition)) {
        idle.put(partition, new IdlePosition(at, before.nanos() + nanos));
      }
    }
    idle.keySet().retainAll(read);
    blocked.retainAll(read);
  }

  private void query(List<IdlePosition> stalled, Map<Integer, Long> until) {
    Map<TopicPartition, Long> ends;
    try {
      ends = ends(stalled, until);
    } catch (KafkaException e) {
      // The brokers do not answer, which the clients report elsewhere.
      return;
    }
    List<IdlePosition> behind = new ArrayList<>(stalled);
    behind.removeIf(s -> s.at().offset() >= ends.getOrDefault(partition(s), 0L));
    stalled.stream().filter(s -> !behind.contains(s)).forEach(this::unblock);
    if (behind.isEmpty()) {
      return;
    }
    List<IdlePosition> late = behind.stream().filter(s -> s.lasted(timeout)).toList();
    List<IdlePosition> reported = late.isEmpty() ? behind : late;
    RuntimeException why = why(reported, ends);
    if (late.isEmpty() && !(why instanceof OpenTransactionException)) {
      reported.forEach(this::unblock);
      return;
    }
    reported.forEach(s -> blocked.add(s.at().partition()));
    monitor.degrade(CONDITION, describe(why));
    if (!late.isEmpty() && !until.isEmpty()) {
      throw why;
    }
  }

  private void unblock(IdlePosition stalled) {
    blocked.remove(stalled.at().partition());
  }

  private Map<TopicPartition, Long> ends(List<IdlePosition> of, Map<Integer, Long> until) {
    List<TopicPartition> partitions = of.stream().map(this::partition).toList();
    if (until.isEmpty()) {
      return log.ends(partitions);
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    partitions.forEach(p -> ends.put(p, until.getOrDefault(p.partition(), 0L)));
    return ends;
  }

  private RuntimeException why(List<IdlePosition> behind, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    behind.forEach(s -> positions.put(partition(s), s.at().offset()));
    return log.whyStalled(positions, ends);
  }

  private TopicPartition partition(IdlePosition stalled) {
    return new TopicPartition(topic, stalled.at().partition());
  }

  private static String describe(RuntimeException why) {
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
        + ", which began at offset "
        + open.startOffset();
  }

  /**
   * A position of a partition and the time without progress there.
   *
   * @param nanos time for which the partition was polled there, without the time it was paused
   */
  private record IdlePosition(Position at, long nanos) {
    boolean lasted(Duration duration) {
      return nanos >= duration.toNanos();
    }
  }
}
