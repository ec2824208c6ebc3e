package dev.tidemill.messaging;

import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** What to do with the records that a {@link RecordLoop} polls; all on the loop's thread. */
public interface RecordPolicy {
  /**
   * Called once before the first poll: the place to assign partitions and seek, or to subscribe.
   */
  default void onStart() throws Exception {}

  /**
   * Whether records are wanted now. While they are not, the loop pauses its partitions and goes on
   * polling, so that a group's coordinator does not take it for dead.
   */
  default boolean hasRoom() {
    return true;
  }

  /**
   * Whether one partition's records are wanted now, where {@link #hasRoom} says that any are. While
   * they are not, only that partition is paused.
   */
  default boolean wants(TopicPartition partition) {
    return true;
  }

  /** How long the next poll may wait for records. */
  default Duration pollTimeout() {
    return Duration.ofMillis(100);
  }

  /**
   * Whether a record can be used now. If not, the loop leaves it and those behind it in its
   * partition on the log, asks again with every poll, and goes on with the other partitions. Called
   * often; must not block.
   *
   * @param record its value may be cut off after its first bytes
   */
  default boolean isReadable(ConsumerRecord<byte[], byte[]> record) {
    return true;
  }

  /**
   * Takes what a poll gave; called after every poll, also with no records.
   *
   * @return whether the loop goes on
   */
  boolean onRecords(ConsumerRecords<byte[], byte[]> records) throws Exception;

  /** Partitions came; called within a poll, for group consumers that subscribed with the loop. */
  default void onAssigned(Collection<TopicPartition> partitions) {}

  /**
   * Partitions go. What was read of them and is not committed is another member's to do.
   *
   * @param lost they already went: offsets of them cannot be committed any more
   */
  default void onRevoked(Collection<TopicPartition> partitions, boolean lost) {}

  /** Called once at the end, after a failure too, while the consumer is still open. */
  default void onClose() throws Exception {}
}
