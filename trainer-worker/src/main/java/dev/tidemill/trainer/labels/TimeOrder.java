package dev.tidemill.trainer.labels;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Puts records of several partitions into the order in which they were probably written. Timestamps
 * say only the millisecond, and a bulk send writes hundreds of records in one. Of these, the first
 * records of all partitions come first, then the second ones, and so on. One thread.
 */
final class TimeOrder {
  private final int limit;

  private final Queue<Entry> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong(Entry::millis)
              .thenComparingLong(Entry::rank)
              .thenComparing(entry -> entry.record.topic())
              .thenComparing(entry -> entry.record.partition())
              .thenComparingLong(entry -> entry.record.offset()));

  private final Map<TopicPartition, Entry> newest = new HashMap<>();

  /**
   * @param millis when it was written, in milliseconds since the epoch
   * @param rank its index among the records of its partition in this millisecond
   */
  record Entry(ConsumerRecord<byte[], byte[]> record, long millis, long rank) {}

  /**
   * @param limit if more records than this wait, those of one millisecond do not wait for each
   *     other
   */
  TimeOrder(int limit) {
    this.limit = limit;
  }

  /**
   * Adds the next record of a partition.
   *
   * @param millis when it was written, in milliseconds since the epoch
   */
  void add(ConsumerRecord<byte[], byte[]> record, long millis) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    Entry before = newest.get(partition);
    long rank = before != null && before.millis == millis ? before.rank + 1 : 0;
    Entry entry = new Entry(record, millis, rank);
    newest.put(partition, entry);
    waiting.add(entry);
  }

  /**
   * Returns the first record, which remains, or null if it may not be the first one.
   *
   * @param complete the time before which all records were added, in milliseconds since the epoch;
   *     of this millisecond itself, some may be missing
   */
  @Nullable Entry peek(long complete) {
    Entry first = waiting.peek();
    return first != null
            && (first.millis < complete || (first.millis == complete && waiting.size() > limit))
        ? first
        : null;
  }

  /** Removes the first record. */
  void remove() {
    waiting.remove();
  }

  void clear() {
    waiting.clear();
    newest.clear();
  }
}
