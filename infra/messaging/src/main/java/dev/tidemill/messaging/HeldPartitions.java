package dev.tidemill.messaging;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Tracks partitions whose next record cannot be used yet. It seeks back to that record. The loop
 * pauses the partition until the record can be used or another caller moves the position. One
 * thread.
 */
final class HeldPartitions {
  /** The bytes to keep of a record; the reference to its schema is among them. */
  private static final int HEAD_BYTES = 16;

  private final Consumer<byte[], byte[]> consumer;
  private final Predicate<ConsumerRecord<byte[], byte[]>> isReadable;
  private final Map<TopicPartition, ConsumerRecord<byte[], byte[]>> held = new HashMap<>();

  /**
   * @param isReadable see {@link RecordPolicy#isReadable}
   */
  HeldPartitions(
      Consumer<byte[], byte[]> consumer, Predicate<ConsumerRecord<byte[], byte[]>> isReadable) {
    this.consumer = consumer;
    this.isReadable = isReadable;
  }

  /**
   * Returns the usable records of a poll: in each partition, those before the first unusable one.
   */
  ConsumerRecords<byte[], byte[]> withhold(ConsumerRecords<byte[], byte[]> polled) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> usable = new LinkedHashMap<>();
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(polled.nextOffsets());
    boolean isWhole = true;
    for (TopicPartition partition : polled.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> records = polled.records(partition);
      int count = usable(records);
      if (count > 0) {
        usable.put(partition, records.subList(0, count));
      }
      if (count < records.size()) {
        isWhole = false;
        next.put(partition, hold(partition, records.get(count)));
      }
    }
    return isWhole ? polled : new ConsumerRecords<>(usable, next);
  }

  private int usable(List<ConsumerRecord<byte[], byte[]>> records) {
    int count = 0;
    while (count < records.size() && isReadable.test(records.get(count))) {
      count++;
    }
    return count;
  }

  private OffsetAndMetadata hold(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
    OffsetAndMetadata at = new OffsetAndMetadata(record.offset(), record.leaderEpoch(), "");
    consumer.seek(partition, at);
    held.put(partition, head(record));
    return at;
  }

  /** Keeps only the start of the value, since a held record may be large. */
  private static ConsumerRecord<byte[], byte[]> head(ConsumerRecord<byte[], byte[]> record) {
    byte @Nullable [] value = record.value();
    byte @Nullable [] head =
        value == null ? null : Arrays.copyOf(value, Math.min(HEAD_BYTES, value.length));
    return new ConsumerRecord<>(record.topic(), record.partition(), record.offset(), null, head);
  }

  /** Returns whether the next record of a partition still cannot be used. */
  boolean holds(TopicPartition partition) {
    ConsumerRecord<byte[], byte[]> record = held.get(partition);
    if (record == null) {
      return false;
    }
    boolean holds = isNext(partition, record) && !isReadable.test(record);
    if (!holds) {
      held.remove(partition);
    }
    return holds;
  }

  /**
   * Returns whether the consumer's position is this record. While the brokers have not confirmed a
   * position, it is the one that was set.
   */
  private boolean isNext(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
    try {
      return consumer.position(partition, Duration.ZERO) == record.offset();
    } catch (TimeoutException e) {
      return true;
    }
  }

  /** Drops partitions that now belong to another group member. */
  void forget(Collection<TopicPartition> partitions) {
    held.keySet().removeAll(partitions);
  }
}
