package dev.tidemill.trainer;

import dev.tidemill.trainer.divergence.DivergenceSettings;
import dev.tidemill.trainer.divergence.DivergenceTag;
import dev.tidemill.trainer.divergence.ExcludedBatches;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
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
  private final DivergenceSettings settings;
  private final double scale;
  private DivergenceTag divergence = DivergenceTag.NONE;

  /**
   * @param version the newest version
   * @param run of this term
   * @param before offsets that the group has committed since the newest version
   * @param starts where this term starts to read
   * @param scale what rollbacks have multiplied this term's learning rate by
   */
  OffsetTags(
      String topic,
      String topicId,
      long version,
      long run,
      GroupPositions before,
      Collection<PartitionStart> starts,
      DivergenceSettings settings,
      double scale) {
    this.topic = topic;
    this.topicId = topicId;
    this.version = version;
    this.run = run;
    this.settings = settings;
    this.scale = scale;
    starts.forEach(start -> last.put(start.partition(), committed(start.from(), start.begin(), 0)));
    last.putAll(before.byPartition());
    before.byPartition().values().stream()
        .map(at -> at.tag().divergence().spec())
        .filter(spec -> !spec.isEmpty())
        .findAny()
        .ifPresent(spec -> divergence = before.divergence(spec));
  }

  /** Returns the offsets to commit with a new version. */
  Map<TopicPartition, OffsetAndMetadata> ofVersion(long newest, Collection<Position> positions) {
    version = newest;
    divergence = DivergenceTag.NONE;
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

  /**
   * Returns the last offsets again, tagged with one more divergence of this spec. If it rolls back,
   * the tags say which batches are left out, and the smaller learning rate.
   */
  Map<TopicPartition, OffsetAndMetadata> ofDivergence(String spec, Divergence with) {
    boolean again = spec.equals(divergence.spec());
    int times = 1 + (again ? divergence.times() : 0);
    List<ExcludedBatches> excluded =
        new ArrayList<>(again ? divergence.excluded() : List.<ExcludedBatches>of());
    boolean rollsBack = times <= settings.rollbacks();
    if (rollsBack) {
      excluded.addAll(with.batches());
    }
    double next = rollsBack ? scale * settings.learningRateFactor() : scale;
    divergence = new DivergenceTag(times, spec, Math.max(next, Double.MIN_NORMAL), excluded);
    // A partition that was added since the newest version has no offset yet.
    with.starts()
        .forEach(
            start ->
                last.computeIfAbsent(
                    start.partition(), added -> committed(start.begin(), start.begin(), 0)));
    last.replaceAll(this::marked);
    return offsets();
  }

  /** Returns what rollbacks have multiplied this term's learning rate by. */
  double scale() {
    return scale;
  }

  /** Returns how often training has gone back to the newest version. */
  int rollbacks() {
    return Math.min(divergence.times(), settings.rollbacks());
  }

  private GroupPositions.Committed committed(Position from, Position begin, long refused) {
    return new GroupPositions.Committed(
        from.offset(),
        new PositionTag(
            version,
            run,
            from.epoch(),
            topicId,
            begin.offset(),
            refused,
            divergence.of(from.partition())));
  }

  private GroupPositions.Committed marked(int partition, GroupPositions.Committed at) {
    PositionTag tag = at.tag();
    return new GroupPositions.Committed(
        at.offset(),
        new PositionTag(
            tag.version(),
            tag.run(),
            tag.epoch(),
            tag.topicId(),
            tag.from(),
            tag.refused(),
            divergence.of(partition)));
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
