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
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the records that a group has not read. The difference of two offsets counts transaction
 * markers, too, so a group that has read everything never gets to 0. When a partition rests and the
 * difference is small, the records there are read and counted; then the count is kept until an
 * offset changes. One thread.
 */
final class PendingRecords implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PendingRecords.class);
  private static final long MOST_OFFSETS = 64;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int MOST_POLLS = 8;

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
      Counted counted = count(new TopicPartition(topic.topic(), i), committed.get(i), extent);
      pending.add(counted.pending());
      exact &= counted.exact();
    }
    return new Count(pending, exact);
  }

  private Counted count(TopicPartition partition, long committed, Extent extent) {
    long begin = Math.max(extent.begin(), committed);
    Counted before = known.get(partition);
    boolean rests = before != null && before.begin() == begin && before.end() == extent.end();
    if (before != null && rests && before.settled()) {
      return before;
    }
    long offsets = Math.max(0, extent.end() - begin);
    Counted now =
        rests && offsets <= MOST_OFFSETS
            ? read(partition, begin, extent.end())
            : new Counted(
                begin, extent.end(), offsets, offsets == 0, offsets == 0 || offsets > MOST_OFFSETS);
    known.put(partition, now);
    return now;
  }

  /** Counts once; what cannot be counted now is not tried again before an offset moves. */
  private Counted read(TopicPartition partition, long begin, long end) {
    long records = 0;
    boolean whole = false;
    try {
      consumer.assign(List.of(partition));
      consumer.seek(partition, begin);
      for (int i = 0; i < MOST_POLLS && consumer.position(partition) < end; i++) {
        records += consumer.poll(POLL).count();
      }
      whole = consumer.position(partition) >= end;
    } catch (InvalidOffsetException e) {
      LOG.debug("retention was faster than the count", e);
    }
    return new Counted(begin, end, whole ? records : end - begin, whole, true);
  }

  @Override
  public void close() {
    consumer.close();
  }

  /**
   * @param exact whether all are counted
   */
  record Count(List<Long> pending, boolean exact) {}

  /**
   * @param settled whether the count stays as it is until an offset moves
   */
  private record Counted(long begin, long end, long pending, boolean exact, boolean settled) {}
}
