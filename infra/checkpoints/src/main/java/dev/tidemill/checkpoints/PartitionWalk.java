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
 * Walks along one partition through what a version added: from where the version before ended, over
 * the ranges and gaps, to the position at which the version says that reading continues.
 */
final class PartitionWalk {
  private final int partition;
  private final long version;
  private final @Nullable PartitionBounds bounds;
  private final SortedMap<Long, LostRange> gaps = new TreeMap<>();
  private @Nullable LostRange boundsGap;
  private final Consumer<String> faults;

  private Place place = Place.atRecord(0);
  private int epoch = 1;
  private String reachedBy = "the partition begins at ";
  private boolean firstOfRun = true;
  private boolean known;

  /** Begins where the partition began: at offset 0, before epoch 1 of a run. */
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

  /** Begins where an earlier version ended instead. A new run begins there with its epoch 1. */
  void from(ReadPosition position, long earlier, boolean newRun) {
    place = Place.of(position);
    epoch = newRun ? 1 : position.getEpoch();
    reachedBy = "version " + earlier + " ended at ";
    firstOfRun = newRun;
    known = true;
  }

  /**
   * Goes on in a run whose bounds began elsewhere in the version before. They may begin later in
   * the epochs to come, behind records that are gone: a gap says so, and may say the same of this
   * epoch.
   */
  void boundsWere(PartitionBounds before, long earlier) {
    if (bounds == null || before.getStart() == bounds.getStart()) {
      return;
    }
    LostRange gap = gaps.get(before.getStart());
    if (gap != null && gap.getEnd() == bounds.getStart()) {
      boundsGap = gap;
    } else {
      faults.accept(
          "version %d: the run begins at offset %d of partition %d, and in version %d at offset %d, without a gap"
              .formatted(version, bounds.getStart(), partition, earlier, before.getStart()));
    }
  }

  /** Passes the next range. */
  void pass(OffsetRange range) {
    Place start = Place.startOf(range);
    Place end = Place.endOf(range);
    known = true;
    if (end.compareTo(start) < 0 || !start.isValid() || !end.isValid()) {
      fault(range, "goes from %s back to %s".formatted(start, end));
      return;
    }
    if (firstOfRun) {
      beginRun(range, start);
    } else if (range.getEpoch() == epoch) {
      touch(range, start);
    } else {
      beginEpoch(range, start);
    }
    if (bounds != null && end.compareTo(Place.atRecord(bounds.getEnd())) > 0) {
      fault(range, "passes the end of the run at " + bounds.getEnd());
    }
    place = end;
    epoch = range.getEpoch();
    reachedBy = "version " + version + " ended at ";
    firstOfRun = false;
  }

  /** Ends at the position that the version names; null where it names none. */
  void end(@Nullable ReadPosition position) {
    if (position == null) {
      if (known) {
        faults.accept(
            "version %d does not say where partition %d is read on".formatted(version, partition));
      }
      return;
    }
    Place goal = Place.of(position);
    if (position.getEpoch() == epoch) {
      skipGapsTo(goal);
    }
    boolean goesOn = position.getEpoch() == epoch && goal.equals(place);
    if (!goesOn && !isAtNextEpoch(position, goal)) {
      faults.accept(
          "version %d reads partition %d on at %s in epoch %d, and its ranges end at %s in epoch %d"
              .formatted(version, partition, goal, position.getEpoch(), place, epoch));
    }
    gaps.values().stream().filter(gap -> !gap.equals(boundsGap)).forEach(this::unused);
  }

  private void unused(LostRange gap) {
    faults.accept(
        "version %d: the gap of partition %d from offset %d to %d is not where reading stood"
            .formatted(version, partition, gap.getStart(), gap.getEnd()));
  }

  private void beginRun(OffsetRange range, Place start) {
    if (range.getEpoch() != 1) {
      fault(range, "is the run's first, and not of epoch 1");
    }
    touch(range, start);
    if (bounds != null && bounds.getStart() != start.offset()) {
      fault(range, "begins at %s, and the run at %d".formatted(start, bounds.getStart()));
    }
  }

  private void touch(OffsetRange range, Place start) {
    skipGapsTo(start);
    int order = start.compareTo(place);
    if (order != 0) {
      fault(
          range,
          "begins at %s, where %s%s: %s"
              .formatted(
                  start,
                  reachedBy,
                  place,
                  order > 0 ? "samples were left out" : "samples were trained twice"));
    }
  }

  private void beginEpoch(OffsetRange range, Place start) {
    if (range.getEpoch() != epoch + 1) {
      fault(range, "follows epoch " + epoch);
    }
    if (bounds == null) {
      fault(range, "begins an epoch, and the run has no bounds");
      return;
    }
    Place end = Place.atRecord(bounds.getEnd());
    skipGapsTo(end);
    if (!place.equals(end)) {
      fault(
          range,
          "begins an epoch, and %s%s in the former, not at the end of the run, %s"
              .formatted(reachedBy, place, end));
    }
    place = Place.atRecord(bounds.getStart());
    skipGapsTo(start);
    if (!start.equals(place)) {
      fault(range, "begins an epoch at %s, not at %s".formatted(start, place));
    }
  }

  /** Whether reading continues with a later epoch, of which no sample is trained yet. */
  private boolean isAtNextEpoch(ReadPosition position, Place goal) {
    if (bounds == null || position.getEpoch() <= epoch) {
      return false;
    }
    Place start = Place.atRecord(bounds.getStart());
    Place end = Place.atRecord(bounds.getEnd());
    if (start.equals(end)) {
      // Nothing to read: epochs pass without a range.
      return goal.equals(start);
    }
    skipGapsTo(end);
    if (!place.equals(end) || position.getEpoch() != epoch + 1) {
      return false;
    }
    place = start;
    skipGapsTo(goal);
    return goal.equals(place);
  }

  /** A gap that begins at the present record leads to its end. */
  private void skipGapsTo(Place goal) {
    LostRange gap = gaps.get(place.offset());
    while (!place.equals(goal) && gap != null && gap.getEnd() > gap.getStart()) {
      gaps.remove(gap.getStart());
      place = Place.atRecord(gap.getEnd());
      gap = gaps.get(place.offset());
    }
  }

  private void fault(OffsetRange range, String what) {
    faults.accept(
        "version %d: the range of partition %d in epoch %d %s"
            .formatted(version, partition, range.getEpoch(), what));
  }
}
