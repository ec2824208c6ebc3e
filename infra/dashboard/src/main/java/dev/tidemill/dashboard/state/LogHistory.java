package dev.tidemill.dashboard.state;

import dev.tidemill.dashboard.state.LogSample.Extent;
import dev.tidemill.dashboard.state.LogSample.GroupSample;
import dev.tidemill.dashboard.state.LogSample.TopicSample;
import dev.tidemill.dashboard.state.ModelView.GroupRow;
import dev.tidemill.dashboard.state.ModelView.PartitionRow;
import dev.tidemill.dashboard.state.ModelView.TopicRow;
import dev.tidemill.schemas.Topics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Offsets, rates and pending records over time. Guarded by its owner. */
final class LogHistory {
  private static final long RATE_MILLIS = 10_000;

  /** A trend needs a longer time than a rate. */
  private static final long TREND_MILLIS = 30_000;

  private final Deque<LogSample> samples = new ArrayDeque<>();
  private final Map<Topics.Name, History> pending = new EnumMap<>(Topics.Name.class);
  private long batchesWaitSince = Long.MAX_VALUE;

  void add(LogSample sample) {
    samples.addLast(sample);
    while (samples.size() > 2 && samples.peekFirst().at() < sample.at() - TREND_MILLIS) {
      samples.removeFirst();
    }
    sample.groups().forEach((topic, group) -> add(sample.at(), topic, group));
    GroupSample trainer = sample.groups().get(Topics.Name.BATCHES);
    boolean waits = trainer != null && trainer.pending().stream().anyMatch(count -> count > 0);
    if (!waits) {
      batchesWaitSince = Long.MAX_VALUE;
    } else if (batchesWaitSince == Long.MAX_VALUE) {
      batchesWaitSince = sample.at();
    }
  }

  /** Since when the trainer's group has had records to read; far in the future if it has none. */
  long batchesWaitSince() {
    return batchesWaitSince;
  }

  private void add(long at, Topics.Name topic, GroupSample group) {
    List<String> columns =
        IntStream.range(0, group.pending().size()).mapToObj(Integer::toString).toList();
    History of = pending.get(topic);
    if (of == null || !of.columns().equals(columns)) {
      of = new History(columns); // Partitions were added.
      pending.put(topic, of);
    }
    of.add(at, group.pending().stream().mapToDouble(Long::doubleValue).toArray());
  }

  /** Returns the pending records of a topic's group by partition; empty if no group reads it. */
  Chart pending(Topics.Name topic, long fromMillis, int most) {
    History of = pending.get(topic);
    return of == null ? new Chart(List.of(), List.of(), List.of()) : of.since(fromMillis, most);
  }

  /** Returns the brokers' disks. */
  List<LogSample.Disk> disks() {
    LogSample last = samples.peekLast();
    return last == null ? List.of() : last.disks();
  }

  /** Returns all topics in the protocol's order. */
  List<TopicRow> topics() {
    LogSample last = samples.peekLast();
    List<TopicRow> rows = new ArrayList<>();
    if (last != null) {
      for (Topics.Name name : Topics.Name.values()) {
        TopicSample topic = last.topics().get(name);
        if (topic != null) {
          rows.add(row(name, topic, last.groups().get(name)));
        }
      }
    }
    return rows;
  }

  private TopicRow row(Topics.Name name, TopicSample topic, @Nullable GroupSample group) {
    List<PartitionRow> partitions = new ArrayList<>();
    List<Long> committed = group == null ? List.of() : group.committed();
    List<Long> unread = group == null ? List.of() : group.pending();
    for (int i = 0; i < topic.partitions().size(); i++) {
      Extent extent = topic.partitions().get(i);
      partitions.add(
          new PartitionRow(
              i,
              extent.begin(),
              extent.end(),
              i < committed.size() ? committed.get(i) : null,
              i < unread.size() ? unread.get(i) : null));
    }
    return new TopicRow(
        name.word(),
        topic.topic(),
        topic.bytes(),
        rate(name),
        partitions,
        group == null ? null : row(name, group));
  }

  private GroupRow row(Topics.Name name, GroupSample group) {
    long sum = group.pending().stream().mapToLong(Long::longValue).sum();
    double read = readRate(name);
    double falls = read - rate(name, TREND_MILLIS);
    return new GroupRow(
        group.group(),
        group.members(),
        sum,
        group.exact(),
        read,
        sum == 0 ? Double.valueOf(0) : falls > 0 ? Double.valueOf(sum / falls) : null);
  }

  /** Offsets written to a topic per second over the last ten seconds. */
  private double rate(Topics.Name name) {
    return rate(name, RATE_MILLIS);
  }

  private double rate(Topics.Name name, long overMillis) {
    return perSecond(
        overMillis,
        sample -> {
          TopicSample topic = sample.topics().get(name);
          return topic == null
              ? OptionalLong.empty()
              : OptionalLong.of(topic.partitions().stream().mapToLong(Extent::end).sum());
        });
  }

  private double readRate(Topics.Name name) {
    return perSecond(
        TREND_MILLIS,
        sample -> {
          GroupSample group = sample.groups().get(name);
          return group == null
              ? OptionalLong.empty()
              : OptionalLong.of(group.committed().stream().mapToLong(Long::longValue).sum());
        });
  }

  /** Returns how fast a position moved between two samples that both have it; 0 otherwise. */
  private double perSecond(long overMillis, Function<LogSample, OptionalLong> position) {
    LogSample last = samples.peekLast();
    if (last == null || position.apply(last).isEmpty()) {
      return 0;
    }
    LogSample first =
        samples.stream()
            .filter(sample -> sample.at() >= last.at() - overMillis)
            .filter(sample -> position.apply(sample).isPresent())
            .findFirst()
            .orElse(last);
    long millis = last.at() - first.at();
    long more = position.apply(last).orElse(0) - position.apply(first).orElse(0);
    return millis <= 0 ? 0 : Math.max(0, more) * 1000.0 / millis;
  }
}
