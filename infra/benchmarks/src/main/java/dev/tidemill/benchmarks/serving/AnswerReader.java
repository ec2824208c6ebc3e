package dev.tidemill.benchmarks.serving;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads committed answers, and looks at nothing but their keys. One thread at a time. */
final class AnswerReader {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;

  /** Reads all partitions of a topic with a consumer that it does not own. */
  AnswerReader(Consumer<byte[], byte[]> consumer, String topic) {
    this.consumer = consumer;
    this.topic = topic;
  }

  /** Returns when it stands at the end of the topic. */
  void seekToEnd() {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(partitions);
    // A position that is asked for is looked up now; the consumer's own seekToEnd waits for a poll.
    consumer.endOffsets(partitions).forEach(consumer::seek);
  }

  /**
   * Reads until all requests are answered, or they are given up.
   *
   * @param versions where versions are noted; null where they are not wanted
   */
  void read(AnswerTally tally, @Nullable VersionsSeen versions, BooleanSupplier givenUp) {
    while (!tally.isComplete() && !givenUp.getAsBoolean()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      if (records.isEmpty()) {
        continue;
      }
      long nowNanos = System.nanoTime();
      Instant now = Instant.now();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        tally.answered(RequestKey.number(record.key()), nowNanos);
        if (versions != null) {
          versions.answered(record.value(), now);
        }
      }
    }
  }
}
