package dev.tidemill.trainer;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Creates the tagged group offsets of each commit, with or without a version, and keeps the last
 * ones. Publishing thread.
 */
final class OffsetTags {
  private final String topic;
  private final String topicId;
  private final long run;
  private final Map<Integer, GroupPositions.Committed> last = new HashMap<>();
  private long version;
  private int diverged;
  private String divergedSpec = "";

  /**
   * @param version the newest version
   * @param run of this term
   * @param before offsets that the group has committed since the newest version
   * @param starts where this term starts to read
   */
  OffsetTags(
      String topic,
      String topicId,
      long version,
      long run,
      GroupPositions before,
      Collection<PartitionStart> starts) {
    this.topic = topic;
    this.topicId = topicId;
    this.version = version;
    this.run = run;
    starts.forEach(start -> last.put(start.partition(), committed(start.from(), start.begin(), 0)));
    last.putAll(before.byPartition());
    before
        .byPartition()
        .values()
        .forEach(
            at -> {
              diverged = Math.max(diverged, at.tag().diverged());
              divergedSpec = at.tag().spec().isEmpty() ? divergedSpec : at.tag().spec();
            });
  }

  /** Returns the offsets to commit with a new version. */
  Map<TopicPartition, OffsetAndMetadata> ofVersion(long newest, Collection<Position> positions) {
    version = newest;
    diverged = 0;
    divergedSpec = "";
    last.clear();
    positions.forEach(at -> last.put(at.partition(), committed(at, at, 0)));
    return offsets();
  }

  /** Returns the offsets to commit with a pass. */
  Map<TopicPartition, OffsetAndMetadata> ofPass(Publishable.Pass pass) {
    pass.starts()
        .forEach(
            start ->
                last.put(
                    start.partition(),
                    committed(start.from(), start.begin(), pass.refusedRecords())));
    return offsets();
  }

  /** Returns the last offsets again, tagged with a divergence of this spec. */
  Map<TopicPartition, OffsetAndMetadata> ofDivergence(String spec) {
    diverged = spec.equals(divergedSpec) ? diverged + 1 : 1;
    divergedSpec = spec;
    last.replaceAll((partition, at) -> new GroupPositions.Committed(at.offset(), marked(at.tag())));
    return offsets();
  }

  private GroupPositions.Committed committed(Position from, Position begin, long refused) {
    return new GroupPositions.Committed(
        from.offset(),
        new PositionTag(
            version, run, from.epoch(), topicId, begin.offset(), refused, diverged, divergedSpec));
  }

  private PositionTag marked(PositionTag tag) {
    return new PositionTag(
        tag.version(),
        tag.run(),
        tag.epoch(),
        tag.topicId(),
        tag.from(),
        tag.refused(),
        diverged,
        divergedSpec);
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    last.forEach(
        (partition, at) ->
            offsets.put(
                new TopicPartition(topic, partition),
                new OffsetAndMetadata(at.offset(), at.tag().metadata())));
    return offsets;
  }
}
