package dev.tidemill.trainer;

import dev.tidemill.messaging.CommittedLog;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Reads the offset ranges that the partitions of a topic hold. */
final class LogExtents {
  private LogExtents() {}

  /** Reads the range from log start offset to high watermark of each partition, in order. */
  static List<LogRange> read(Consumer<byte[], byte[]> consumer, CommittedLog log, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = log.ends(partitions);
    return partitions.stream()
        .map(
            partition ->
                new LogRange(
                    partition.partition(),
                    starts.getOrDefault(partition, 0L),
                    ends.getOrDefault(partition, 0L)))
        .sorted(Comparator.comparingInt(LogRange::partition))
        .toList();
  }
}
