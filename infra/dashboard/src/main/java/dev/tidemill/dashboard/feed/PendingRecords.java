package dev.tidemill.dashboard.feed;

import dev.tidemill.dashboard.state.LogSample.Extent;
import dev.tidemill.dashboard.state.LogSample.TopicSample;
import dev.tidemill.messaging.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts the records that a group has not read. The difference of two offsets counts transaction
 * markers, too, so a group that has read everything never gets to 0. When a partition rests and the
 * difference is small, the records there are read and counted; then the count is kept until an
 * offset changes. One thread.
 */
final class PendingRecords implements AutoCloseable {
  private static final long MOST_OFFSETS = 256;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int MOST_POLLS = 20;

  private final Map<TopicPartition, Counted> known = new HashMap<>();
  private final Consumer<byte[], byte[]> consumer;

  PendingRecords(KafkaClients clients, String clientId) {
    this.consumer = clients.assignedConsumer(clientId + "-pending");
  }

  /** Returns the records from the committed offsets to the ends. */
  Count count(TopicSample topic, List<Long> committed) {
    List<Long> pending = new ArrayList<>();
    boolean exact = true;
    for (int i = 0; i < topic.partitions().size(); i++) {
      Extent extent = topic.partitions().get(i);
      Counted counted = count(new TopicPartition(topic.topic(), i), committed.get(i), extent.end());
      pending.add(counted.pending());
      exact &= counted.exact();
    }
    return new Count(pending, exact);
  }

  private Counted count(TopicPartition partition, long begin, long end) {
    Counted before = known.get(partition);
    boolean rests = before != null && before.begin() == begin && before.end() == end;
    if (before != null && rests && before.exact()) {
      return before;
    }
    long offsets = Math.max(0, end - begin);
    Counted now =
        rests && offsets <= MOST_OFFSETS
            ? read(partition, begin, end)
            : new Counted(begin, end, offsets, offsets == 0);
    known.put(partition, now);
    return now;
  }

  private Counted read(TopicPartition partition, long begin, long end) {
    consumer.assign(List.of(partition));
    consumer.seek(partition, begin);
    long records = 0;
    for (int i = 0; i < MOST_POLLS && consumer.position(partition) < end; i++) {
      records += consumer.poll(POLL).count();
    }
    boolean whole = consumer.position(partition) >= end;
    return new Counted(begin, end, whole ? records : end - begin, whole);
  }

  @Override
  public void close() {
    consumer.close();
  }

  /**
   * @param exact whether all are counted
   */
  record Count(List<Long> pending, boolean exact) {}

  private record Counted(long begin, long end, long pending, boolean exact) {}
}
