package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Manifest;
import dev.tidemill.testbed.history.SamplePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks G2 from the manifests alone: versions have no gaps, the ranges of a version begin where
 * the one before ended or restarts, and they end at its own positions.
 */
public final class TouchingRanges {
  private final List<Violation> violations = new ArrayList<>();

  private TouchingRanges() {}

  /** Returns the versions that do not continue the ones before. */
  public static List<Violation> check(History history) {
    TouchingRanges check = new TouchingRanges();
    Manifest before = null;
    for (Manifest version : history.versions()) {
      check.checkChain(before, version);
      check.checkRestart(version);
      check.checkPartitions(before, version);
      before = version;
    }
    return check.violations;
  }

  private void checkChain(@Nullable Manifest before, Manifest version) {
    long last = before == null ? 0 : before.version();
    if (version.version() != last + 1) {
      add(Anomaly.LOST_WRITE, version, "follows version %d".formatted(last));
    }
    long parent = version.parent().orElse(0);
    if (parent != version.version() - 1) {
      add(
          Anomaly.INCONSISTENT_OFFSETS,
          version,
          "names version %d as its parent".formatted(parent));
    }
    if (before == null) {
      return;
    }
    if (!version.topic().equals(before.topic()) || !version.topicId().equals(before.topicId())) {
      add(
          Anomaly.INCONSISTENT_OFFSETS,
          version,
          "has offsets of %s with id %s, after those of %s with id %s"
              .formatted(version.topic(), version.topicId(), before.topic(), before.topicId()));
    }
    boolean restarts = !before.restart().isEmpty();
    long root = restarts ? version.version() : before.root();
    if (version.root() != root) {
      add(
          Anomaly.INCONSISTENT_OFFSETS,
          version,
          "has the root %d, not %d".formatted(version.root(), root));
    }
    if (version.samples() < before.samples() || version.run() < before.run()) {
      add(
          Anomaly.LOST_WRITE,
          version,
          "counts %d samples in run %d, after %d in run %d"
              .formatted(version.samples(), version.run(), before.samples(), before.run()));
    }
  }

  private void checkRestart(Manifest version) {
    version
        .restart()
        .forEach(
            (partition, to) -> {
              Manifest.Position at = version.positions().get(partition);
              if (at == null || at.sample().isBefore(to.sample())) {
                add(
                    Anomaly.SKIPPED_POLL,
                    version,
                    "restarts partition %d at %s, after its own position"
                        .formatted(partition, to.sample()));
              }
            });
  }

  private void checkPartitions(@Nullable Manifest before, Manifest version) {
    Map<Integer, Manifest.Position> starts = before == null ? Map.of() : before.next();
    SortedSet<Integer> partitions = new TreeSet<>(starts.keySet());
    partitions.addAll(version.positions().keySet());
    version.ranges().forEach(range -> partitions.add(range.partition()));
    boolean newRun = before == null || before.run() != version.run();
    for (int partition : partitions) {
      Manifest.Position start = starts.get(partition);
      SamplePosition from = start == null ? SamplePosition.at(0) : start.sample();
      int epoch = start == null || newRun ? 1 : start.epoch();
      new Walk(version, partition, epoch, from).run();
    }
  }

  /** Follows one partition through what a version added. */
  private final class Walk {
    private final Manifest version;
    private final int partition;
    private final Manifest.@Nullable Bounds bounds;
    private int epoch;
    private SamplePosition reached;

    Walk(Manifest version, int partition, int epoch, SamplePosition from) {
      this.version = version;
      this.partition = partition;
      this.bounds = version.bounds().get(partition);
      this.epoch = epoch;
      this.reached = from;
    }

    void run() {
      for (Manifest.Range range : version.ranges()) {
        if (range.partition() == partition) {
          pass(range);
        }
      }
      Manifest.Position end = version.positions().get(partition);
      if (end == null) {
        add(
            Anomaly.INCONSISTENT_OFFSETS,
            version,
            "has no position for partition %d".formatted(partition));
        return;
      }
      if (end.epoch() == epoch + 1 && bounds != null) {
        endEpoch();
      }
      // Epochs without a record pass without a range.
      boolean empty = bounds != null && bounds.start() == bounds.end();
      skipGapsTo(end.sample());
      if (!reached.equals(end.sample()) || (epoch != end.epoch() && !empty)) {
        add(
            Anomaly.INCONSISTENT_OFFSETS,
            version,
            "continues partition %d at %s in epoch %d, but its ranges end at %s in epoch %d"
                .formatted(partition, end.sample(), end.epoch(), reached, epoch));
      }
    }

    private void pass(Manifest.Range range) {
      if (range.epoch() == epoch + 1 && bounds != null) {
        endEpoch();
      }
      skipGapsTo(range.start());
      if (range.epoch() != epoch || range.end().isBefore(range.start())) {
        add(
            Anomaly.INCONSISTENT_OFFSETS,
            version,
            "has a range of partition %d from %s to %s in epoch %d, after epoch %d"
                .formatted(partition, range.start(), range.end(), range.epoch(), epoch));
      } else if (range.start().isBefore(reached)) {
        add(Anomaly.NON_MONOTONIC_POLL, version, begins(range));
      } else if (reached.isBefore(range.start())) {
        add(Anomaly.SKIPPED_POLL, version, begins(range));
      }
      epoch = range.epoch();
      reached = range.end();
    }

    private String begins(Manifest.Range range) {
      return "reads partition %d from %s in epoch %d, but %s was reached"
          .formatted(partition, range.start(), epoch, reached);
    }

    private void endEpoch() {
      SamplePosition end = SamplePosition.at(bounds == null ? 0 : bounds.end());
      skipGapsTo(end);
      if (!reached.equals(end)) {
        add(
            Anomaly.SKIPPED_POLL,
            version,
            "ends epoch %d of partition %d at %s, not at %s"
                .formatted(epoch, partition, reached, end));
      }
      epoch++;
      reached = SamplePosition.at(bounds == null ? 0 : bounds.start());
    }

    private void skipGapsTo(SamplePosition goal) {
      for (boolean moved = true; moved && reached.isBefore(goal); ) {
        moved = false;
        for (Manifest.Gap gap : version.gaps()) {
          if (gap.partition() == partition
              && gap.start() == reached.offset()
              && gap.start() < gap.end()) {
            reached = SamplePosition.at(gap.end());
            moved = true;
          }
        }
      }
    }
  }

  private void add(Anomaly anomaly, Manifest version, String text) {
    violations.add(new Violation(Guarantee.G2, anomaly, version.where(), text));
  }
}
