package dev.tidemill.trainer.labels;

import dev.tidemill.trainer.drift.DelayedErrors;
import dev.tidemill.trainer.drift.LabelPositions;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds where to begin to read: early enough to rebuild what waited for its counterpart, and where
 * the detector stopped at the latest.
 */
final class LabelStart {
  private final Consumer<byte[], byte[]> consumer;
  private final String labelsTopic;
  private final Clock clock;
  private final Map<TopicPartition, Long> begins;
  private final Map<TopicPartition, Long> ends;

  private LabelStart(
      Consumer<byte[], byte[]> consumer,
      String labelsTopic,
      Clock clock,
      Map<TopicPartition, Long> begins,
      Map<TopicPartition, Long> ends) {
    this.consumer = consumer;
    this.labelsTopic = labelsTopic;
    this.clock = clock;
    this.begins = begins;
    this.ends = ends;
  }

  /**
   * Asks the brokers what they hold.
   *
   * @param labelsTopic the topic of labels; the other one is that of predictions
   */
  static LabelStart of(
      Consumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      String labelsTopic,
      Clock clock) {
    return new LabelStart(
        consumer,
        labelsTopic,
        clock,
        consumer.beginningOffsets(partitions),
        consumer.endOffsets(partitions));
  }

  /** Whether a label was ever written. */
  boolean hasLabels() {
    return ends.entrySet().stream()
        .anyMatch(end -> end.getKey().topic().equals(labelsTopic) && end.getValue() > 0);
  }

  /** Whether the detector has seen records that a topic does not hold and has not deleted. */
  boolean isBeyondEnd(LabelPositions seen) {
    return ends.entrySet().stream()
        .anyMatch(
            end -> {
              Long known = known(end.getKey(), seen);
              return known != null && known > end.getValue();
            });
  }

  /** Describes the labels that were deleted before the detector has seen them. */
  Optional<String> deleted(LabelPositions seen) {
    return begins.entrySet().stream()
        .filter(begin -> begin.getKey().topic().equals(labelsTopic))
        .filter(
            begin -> {
              Long known = known(begin.getKey(), seen);
              return known != null && known < begin.getValue();
            })
        .findFirst()
        .map(
            begin ->
                "offsets %d to %d of %s"
                    .formatted(known(begin.getKey(), seen), begin.getValue() - 1, begin.getKey()));
  }

  /** Returns where to begin. */
  Map<TopicPartition, Long> positions(LabelPositions seen) {
    Instant since = (seen.isEmpty() ? clock.instant() : seen.time()).minus(DelayedErrors.maxWait());
    Map<TopicPartition, Long> times = new HashMap<>();
    ends.keySet().forEach(partition -> times.put(partition, Math.max(0, since.toEpochMilli())));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    long most = DelayedErrors.maxRecords() / Math.max(1, ends.size());
    Map<TopicPartition, Long> positions = new HashMap<>();
    ends.forEach(
        (partition, end) -> {
          Long known = known(partition, seen);
          OffsetAndTimestamp at = found.get(partition);
          long from = at == null ? end : at.offset();
          long latest = known == null ? end : known;
          // What must be read is not bounded; what only rebuilds the join is.
          long earliest = known == null && !seen.isEmpty() ? 0 : latest - most;
          long start = Math.max(earliest, Math.min(from, latest));
          positions.put(partition, Math.max(start, begins.getOrDefault(partition, 0L)));
        });
    return positions;
  }

  private @Nullable Long known(TopicPartition partition, LabelPositions seen) {
    return (partition.topic().equals(labelsTopic) ? seen.labels() : seen.predictions())
        .get(partition.partition());
  }
}
