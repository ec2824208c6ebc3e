package dev.tidemill.checkpoints;

import static java.util.stream.Collectors.groupingBy;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.LostRange;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.PartitionBounds;
import dev.tidemill.schemas.ReadPosition;
import dev.tidemill.schemas.Restart;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks one version against the previous one. These two manifests contain all that the rules need:
 * a manifest has the read position of each partition, and the next one must begin there.
 */
final class VersionCheck {
  private final @Nullable Checkpoint before;
  private final Checkpoint checkpoint;
  private final long version;

  /** Contradictions between the two: they do not belong to one lineage. */
  private final FaultList contradictions;

  private final FaultList faults;

  /**
   * @param before the nearest earlier version; null if there is none
   */
  VersionCheck(
      @Nullable Checkpoint before,
      Checkpoint checkpoint,
      FaultList contradictions,
      FaultList faults) {
    this.before = before;
    this.checkpoint = checkpoint;
    this.version = checkpoint.getVersion();
    this.contradictions = contradictions;
    this.faults = faults;
  }

  void run() {
    checkChain();
    if (before != null) {
      checkSameSource(before);
      checkCounts(before);
    }
    checkPartitions();
    new RestartCheck(before, checkpoint, fault -> faults.add(version, fault)).run();
  }

  private void checkPartitions() {
    Map<Integer, ReadPosition> from = before == null ? Map.of() : byPartition(next(before));
    Map<Integer, ReadPosition> to = byPartition(checkpoint.getPositions());
    Map<Integer, List<OffsetRange>> ranges =
        checkpoint.getRanges().stream().collect(groupingBy(OffsetRange::getPartition));
    Map<Integer, List<LostRange>> gaps =
        checkpoint.getGaps().stream().collect(groupingBy(LostRange::getPartition));
    Map<Integer, PartitionBounds> bounds = bounds(checkpoint);
    Map<Integer, PartitionBounds> boundsBefore = before == null ? Map.of() : bounds(before);
    SortedSet<Integer> partitions = new TreeSet<>(from.keySet());
    List.of(to, ranges, gaps).forEach(named -> partitions.addAll(named.keySet()));
    for (int partition : partitions) {
      PartitionWalk walk =
          new PartitionWalk(
              partition,
              version,
              bounds.get(partition),
              gaps.getOrDefault(partition, List.of()),
              fault -> faults.add(version, fault));
      ReadPosition start = from.get(partition);
      if (before != null && start != null) {
        boolean newRun = before.getRun() != checkpoint.getRun();
        walk.from(start, before.getVersion(), before.getRestart() != null, newRun);
        PartitionBounds earlierBounds = boundsBefore.get(partition);
        if (!newRun && earlierBounds != null) {
          walk.checkBounds(earlierBounds, before.getVersion());
        }
      }
      ranges.getOrDefault(partition, List.of()).forEach(walk::pass);
      walk.end(to.get(partition));
    }
  }

  private void checkChain() {
    long last = before == null ? 0 : before.getVersion();
    if (version != last + 1) {
      faults.add(
          version,
          version == last + 2
              ? "version %d is missing".formatted(version - 1)
              : "versions %d to %d are missing".formatted(last + 1, version - 1));
    }
    Long named = checkpoint.getParent();
    boolean fits = version == 1 ? named == null : named != null && named == version - 1;
    if (!fits) {
      contradiction(
          "version %d names %s as its parent, not %s"
              .formatted(
                  version,
                  named == null ? "none" : "version " + named,
                  version == 1 ? "none" : "version " + (version - 1)));
    }
  }

  /**
   * Requires the same model, topic and topic id, because offsets are meaningless in another topic,
   * even in a recreated one of the same name.
   */
  private void checkSameSource(Checkpoint last) {
    requireSame(last, "is of model", checkpoint.getModel(), last.getModel());
    requireSame(last, "was trained on the topic", checkpoint.getTopic(), last.getTopic());
    requireSame(
        last,
        "was trained on the topic " + checkpoint.getTopic() + " with the id",
        checkpoint.getTopicId(),
        last.getTopicId());
  }

  private void requireSame(Checkpoint last, String what, String now, String then) {
    if (!now.equals(then)) {
      contradiction(
          "version %d %s \"%s\", but version %d \"%s\": offsets of one mean nothing in the other"
              .formatted(version, what, now, last.getVersion(), then));
    }
  }

  private void checkCounts(Checkpoint last) {
    boolean sameRoot = last.getRestart() == null;
    if (checkpoint.getSamples() < last.getSamples()
        || (sameRoot && checkpoint.getSteps() < last.getSteps())) {
      faults.add(
          version,
          "version %d counts %d samples in %d steps, fewer than version %d with %d in %d"
              .formatted(
                  version,
                  checkpoint.getSamples(),
                  checkpoint.getSteps(),
                  last.getVersion(),
                  last.getSamples(),
                  last.getSteps()));
    }
    if (checkpoint.getRun() < last.getRun()) {
      faults.add(
          version,
          "version %d is of run %d, after run %d of version %d"
              .formatted(version, checkpoint.getRun(), last.getRun(), last.getVersion()));
    }
  }

  /** Returns where the version after another one begins. */
  private static List<ReadPosition> next(Checkpoint of) {
    @Nullable Restart restart = of.getRestart();
    return restart == null ? of.getPositions() : restart.getPositions();
  }

  static Map<Integer, ReadPosition> byPartition(List<ReadPosition> positions) {
    Map<Integer, ReadPosition> by = new HashMap<>();
    positions.forEach(position -> by.put(position.getPartition(), position));
    return by;
  }

  private static Map<Integer, PartitionBounds> bounds(Checkpoint of) {
    Map<Integer, PartitionBounds> bounds = new HashMap<>();
    of.getBounds().forEach(each -> bounds.put(each.getPartition(), each));
    return bounds;
  }

  private void contradiction(String sentence) {
    contradictions.add(version, sentence);
  }
}
