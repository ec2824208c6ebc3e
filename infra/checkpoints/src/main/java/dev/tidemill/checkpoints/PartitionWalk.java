package dev.tidemill.checkpoints;

import dev.tidemill.schemas.LostRange;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.PartitionBounds;
import dev.tidemill.schemas.ReadPosition;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks one partition through what a version added. It starts where the previous version ended,
 * passes the ranges and gaps, and must end at the version's read position.
 */
final class PartitionWalk {
  private final int partition;
  private final long version;
  private final @Nullable PartitionBounds bounds;
  private final SortedMap<Long, LostRange> gaps = new TreeMap<>();
  private @Nullable LostRange boundsGap;
  private final Consumer<String> faults;

  private SamplePosition reached = SamplePosition.atRecord(0);
  private int epoch = 1;
  private String reachedBy = "the partition begins at ";
  private boolean firstOfRun = true;
  private boolean known;

  /** Starts at the beginning of the partition: offset 0, before epoch 1 of a run. */
  PartitionWalk(
      int partition,
      long version,
      @Nullable PartitionBounds bounds,
      List<LostRange> gaps,
      Consumer<String> faults) {
    this.partition = partition;
    this.version = version;
    this.bounds = bounds;
    this.faults = faults;
    this.known = !gaps.isEmpty();
    for (LostRange gap : gaps) {
      if (this.gaps.put(gap.getStart(), gap) != null) {
        unused(gap);
      }
    }
  }

  /**
   * Starts where an earlier version ended instead, or where it restarts. A new run starts there
   * with its epoch 1.
   */
  void from(ReadPosition position, long earlier, boolean restarts, boolean newRun) {
    reached = SamplePosition.of(position);
    epoch = newRun ? 1 : position.getEpoch();
    reachedBy = "version " + earlier + (restarts ? " restarts at " : " ended at ");
    firstOfRun = newRun;
    known = true;
  }

  /**
   * Checks the bounds of a continued run against the previous version's. They may begin later in
   * the remaining epochs if records are gone. A gap must record that, and the same gap may apply to
   * this epoch.
   */
  void checkBounds(PartitionBounds before, long earlier) {
    if (bounds == null || before.getStart() == bounds.getStart()) {
      return;
    }
    LostRange gap = gaps.get(before.getStart());
    if (gap != null && gap.getEnd() == bounds.getStart()) {
      boundsGap = gap;
    } else {
      faults.accept(
          ("version %d: the run begins at offset %d of partition %d, but in version %d at offset"
                  + " %d, without a gap")
              .formatted(version, bounds.getStart(), partition, earlier, before.getStart()));
    }
  }

  /** Passes the next range. */
  void pass(OffsetRange range) {
    SamplePosition start = SamplePosition.startOf(range);
    SamplePosition end = SamplePosition.endOf(range);
    known = true;
    if (end.compareTo(start) < 0 || !start.isValid() || !end.isValid()) {
      fault(range, "goes from %s back to %s".formatted(start, end));
      return;
    }
    if (firstOfRun) {
      beginRun(range, start);
    } else if (range.getEpoch() == epoch) {
      requireTouching(range, start);
    } else {
      beginEpoch(range, start);
    }
    if (bounds != null && end.compareTo(SamplePosition.atRecord(bounds.getEnd())) > 0) {
      fault(range, "passes the end of the run at " + bounds.getEnd());
    }
    reached = end;
    epoch = range.getEpoch();
    reachedBy = "version " + version + " ended at ";
    firstOfRun = false;
  }

  /** Ends at the version's read position; null if the version has none. */
  void end(@Nullable ReadPosition position) {
    if (position == null) {
      if (known) {
        faults.accept(
            "version %d has no read position for partition %d".formatted(version, partition));
      }
      return;
    }
    SamplePosition goal = SamplePosition.of(position);
    if (position.getEpoch() == epoch) {
      skipGapsTo(goal);
    }
    boolean continues = position.getEpoch() == epoch && goal.equals(reached);
    if (!continues && !isAtNextEpoch(position, goal)) {
      faults.accept(
          ("version %d continues partition %d at %s in epoch %d, but its ranges end at %s in epoch"
                  + " %d")
              .formatted(version, partition, goal, position.getEpoch(), reached, epoch));
    }
    gaps.values().stream().filter(gap -> !gap.equals(boundsGap)).forEach(this::unused);
  }

  private void unused(LostRange gap) {
    faults.accept(
        "version %d: the gap of partition %d from offset %d to %d is not at the read position"
            .formatted(version, partition, gap.getStart(), gap.getEnd()));
  }

  private void beginRun(OffsetRange range, SamplePosition start) {
    if (range.getEpoch() != 1) {
      fault(range, "is the run's first, but not in epoch 1");
    }
    requireTouching(range, start);
    if (bounds != null && bounds.getStart() != start.offset()) {
      fault(range, "begins at %s, but the run at %d".formatted(start, bounds.getStart()));
    }
  }

  private void requireTouching(OffsetRange range, SamplePosition start) {
    skipGapsTo(start);
    int order = start.compareTo(reached);
    if (order != 0) {
      fault(
          range,
          "begins at %s, but %s%s: %s"
              .formatted(
                  start,
                  reachedBy,
                  reached,
                  order > 0 ? "samples were skipped" : "samples were trained twice"));
    }
  }

  private void beginEpoch(OffsetRange range, SamplePosition start) {
    if (range.getEpoch() != epoch + 1) {
      fault(range, "follows epoch " + epoch);
    }
    if (bounds == null) {
      fault(range, "begins an epoch, but the run has no bounds");
      return;
    }
    SamplePosition end = SamplePosition.atRecord(bounds.getEnd());
    skipGapsTo(end);
    if (!reached.equals(end)) {
      fault(
          range,
          "begins an epoch, but %s%s in the previous epoch, not at the end of the run, %s"
              .formatted(reachedBy, reached, end));
    }
    reached = SamplePosition.atRecord(bounds.getStart());
    skipGapsTo(start);
    if (!start.equals(reached)) {
      fault(range, "begins an epoch at %s, not at %s".formatted(start, reached));
    }
  }

  /** Returns whether the position is in a later epoch, of which no sample has been trained yet. */
  private boolean isAtNextEpoch(ReadPosition position, SamplePosition goal) {
    if (bounds == null || position.getEpoch() <= epoch) {
      return false;
    }
    SamplePosition start = SamplePosition.atRecord(bounds.getStart());
    SamplePosition end = SamplePosition.atRecord(bounds.getEnd());
    if (start.equals(end)) {
      // Nothing to read: epochs pass without a range.
      return goal.equals(start);
    }
    skipGapsTo(end);
    if (!reached.equals(end) || position.getEpoch() != epoch + 1) {
      return false;
    }
    reached = start;
    skipGapsTo(goal);
    return goal.equals(reached);
  }

  /** Follows gaps that begin at the current record to their ends. */
  private void skipGapsTo(SamplePosition goal) {
    LostRange gap = gaps.get(reached.offset());
    while (!reached.equals(goal) && gap != null && gap.getEnd() > gap.getStart()) {
      gaps.remove(gap.getStart());
      reached = SamplePosition.atRecord(gap.getEnd());
      gap = gaps.get(reached.offset());
    }
  }

  private void fault(OffsetRange range, String what) {
    faults.accept(
        "version %d: the range of partition %d in epoch %d %s"
            .formatted(version, partition, range.getEpoch(), what));
  }
}
