package dev.tidemill.checkpoints;

import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Checkpoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** The checkpoints topic, read from its beginning by one consumer on one thread. */
final class ManifestLog implements AutoCloseable {
  private final Consumer<byte[], byte[]> consumer;
  private final RecordCodec codec;
  private final TopicPartition partition;
  private final Queue<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
  private long end;

  /**
   * @param consumer an assigned one that reads what is committed; owned from here on
   */
  ManifestLog(Consumer<byte[], byte[]> consumer, RecordCodec codec, String topic) {
    this.consumer = consumer;
    this.codec = codec;
    this.partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    rewind();
  }

  private void rewind() {
    consumer.seekToBeginning(List.of(partition));
    end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
  }

  /**
   * Hands on what was committed since the last call, in order; waits for it at most that long.
   *
   * @throws OffsetOutOfRangeException if the topic was made anew; the next call begins at its
   *     beginning
   * @throws dev.tidemill.messaging.MalformedRecordException if a manifest cannot be decoded; the
   *     next call goes on behind it
   */
  void poll(Duration timeout, java.util.function.Consumer<Manifest> sink) {
    if (fetched.isEmpty()) {
      fetch(timeout);
    }
    for (var record = fetched.poll(); record != null; record = fetched.poll()) {
      // Manifests are never tombstoned by us; one that an operator removed is just not there.
      if (record.value() != null) {
        sink.accept(new Manifest(record.offset(), codec.decode(record, Checkpoint.class)));
      }
    }
  }

  private void fetch(Duration timeout) {
    try {
      consumer.poll(timeout).forEach(fetched::add);
    } catch (OffsetOutOfRangeException e) {
      rewind();
      throw e;
    }
  }

  /** Whether everything has been read that was committed when reading began. */
  boolean isCaughtUp() {
    return fetched.isEmpty() && consumer.position(partition) >= end;
  }

  /** Any thread: ends a poll with a WakeupException. */
  void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
