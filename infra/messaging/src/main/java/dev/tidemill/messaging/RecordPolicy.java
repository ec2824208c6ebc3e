package dev.tidemill.messaging;

import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides what happens to the records that a {@link RecordLoop} polls. The loop's thread makes all
 * calls.
 */
public interface RecordPolicy {
  /** Runs once before the first poll; the place to assign partitions and seek, or to subscribe. */
  default void onStart() throws Exception {}

  /**
   * Returns whether the policy accepts records now. If not, the loop pauses its partitions but
   * keeps polling, so that the group coordinator does not remove it.
   */
  default boolean hasRoom() {
    return true;
  }

  /**
   * Returns whether the policy accepts one partition's records now; asked if {@link #hasRoom} is
   * true. If not, the loop pauses only that partition.
   */
  default boolean wants(TopicPartition partition) {
    return true;
  }

  /** Returns how long the next poll may wait for records. */
  default Duration pollTimeout() {
    return Duration.ofMillis(100);
  }

  /**
   * Returns whether a record can be used now. If not, the loop leaves it and the later records of
   * its partition on the log, and asks again at every poll. Other partitions continue. Called
   * often; must not block.
   *
   * @param record its value may be cut off after its first bytes
   */
  default boolean isReadable(ConsumerRecord<byte[], byte[]> record) {
    return true;
  }

  /**
   * Handles the result of a poll; called after every poll, even an empty one.
   *
   * @return whether the loop continues
   */
  boolean onRecords(ConsumerRecords<byte[], byte[]> records) throws Exception;

  /**
   * Runs after partitions were assigned; called inside a poll, for consumers that subscribed
   * through the loop.
   */
  default void onAssigned(Collection<TopicPartition> partitions) {}

  /**
   * Runs when partitions are revoked. Another member repeats any work that was read but not
   * committed.
   *
   * @param lost true if they already belong to another member, so their offsets can no longer be
   *     committed
   */
  default void onRevoked(Collection<TopicPartition> partitions, boolean lost) {}

  /** Runs once at the end, even after a failure, while the consumer is still open. */
  default void onClose() throws Exception {}
}
