package dev.tidemill.trainer;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The committed offsets of the trainers' group by partition, with their parsed tags. Offsets
 * without a {@link PositionTag} are left out.
 */
record GroupPositions(Map<Integer, Committed> byPartition) {

  /** The committed offset of one partition. */
  record Committed(long offset, PositionTag tag) {}

  static final GroupPositions NONE = new GroupPositions(Map.of());

  GroupPositions {
    byPartition = Map.copyOf(byPartition);
  }

  /** Reads the offsets; waits for an open transaction that commits offsets of the group. */
  static GroupPositions read(TrainerContext context, Collection<LogRange> partitions) {
    Set<TopicPartition> wanted =
        partitions.stream()
            .map(extent -> new TopicPartition(context.topics().batches(), extent.partition()))
            .collect(Collectors.toSet());
    try (Consumer<byte[], byte[]> consumer = context.offsetsConsumer()) {
      return of(consumer.committed(wanted));
    }
  }

  static GroupPositions of(Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<Integer, Committed> positions = new HashMap<>();
    offsets.forEach(
        (partition, committed) -> {
          if (committed != null) {
            PositionTag.parse(committed.metadata())
                .ifPresent(
                    tag ->
                        positions.put(
                            partition.partition(), new Committed(committed.offset(), tag)));
          }
        });
    return new GroupPositions(positions);
  }

  /** Returns the newest version that the tags name; 0 if there is none. */
  long newestVersion() {
    return byPartition.values().stream().mapToLong(at -> at.tag().version()).max().orElse(0);
  }

  /** Returns the offsets that were committed after a version, on the topic with this id. */
  GroupPositions after(long version, String topicId) {
    Map<Integer, Committed> of = new HashMap<>(byPartition);
    of.values()
        .removeIf(at -> at.tag().version() != version || !at.tag().topicId().equals(topicId));
    return new GroupPositions(of);
  }

  /** Returns the number of records whose dead letters were committed without a version. */
  long refused() {
    return byPartition.values().stream().mapToLong(at -> at.tag().refused()).max().orElse(0);
  }

  /** Returns how often training with a spec has diverged. */
  int diverged(String spec) {
    return byPartition.values().stream()
        .map(Committed::tag)
        .filter(tag -> tag.spec().equals(spec))
        .mapToInt(PositionTag::diverged)
        .max()
        .orElse(0);
  }
}
