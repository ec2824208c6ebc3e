package dev.tidemill.checkpoints;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.PartitionBounds;
import dev.tidemill.schemas.ReadPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Walks a lineage from its first version and gathers faults. Used once. */
final class LineageCheck {
  private final List<String> faults = new ArrayList<>();
  private final Map<Integer, Reached> reached = new HashMap<>();
  private @Nullable Checkpoint parent;

  List<String> faultsOf(List<Checkpoint> byVersion) {
    for (Checkpoint checkpoint : byVersion) {
      checkChain(checkpoint);
      checkCounts(checkpoint);
      for (OffsetRange range : checkpoint.getRanges()) {
        checkRange(checkpoint, range);
      }
      checkPositions(checkpoint);
      parent = checkpoint;
    }
    return faults;
  }

  private void checkChain(Checkpoint checkpoint) {
    long version = checkpoint.getVersion();
    long before = parent == null ? 0 : parent.getVersion();
    if (version != before + 1) {
      fault(
          version == before + 2
              ? "version %d is missing".formatted(version - 1)
              : "versions %d to %d are missing".formatted(before + 1, version - 1));
    }
    Long named = checkpoint.getParent();
    boolean fits = version == 1 ? named == null : named != null && named == version - 1;
    if (!fits) {
      fault(
          "version %d names %s as its parent, not %s"
              .formatted(
                  version,
                  named == null ? "none" : "version " + named,
                  version == 1 ? "none" : "version " + (version - 1)));
    }
  }

  private void checkCounts(Checkpoint checkpoint) {
    if (parent == null) {
      return;
    }
    if (checkpoint.getSamples() < parent.getSamples()
        || checkpoint.getSteps() < parent.getSteps()) {
      fault(
          "version %d counts %d samples in %d steps, fewer than version %d with %d in %d"
              .formatted(
                  checkpoint.getVersion(),
                  checkpoint.getSamples(),
                  checkpoint.getSteps(),
                  parent.getVersion(),
                  parent.getSamples(),
                  parent.getSteps()));
    }
    if (checkpoint.getRun() < parent.getRun()) {
      fault(
          "version %d is of run %d, after run %d of version %d"
              .formatted(
                  checkpoint.getVersion(),
                  checkpoint.getRun(),
                  parent.getRun(),
                  parent.getVersion()));
    }
  }

  private void checkRange(Checkpoint checkpoint, OffsetRange range) {
    Place start = new Place(range.getStartOffset(), range.getStartSample());
    Place end = new Place(range.getEndOffset(), range.getEndSample());
    if (end.compareTo(start) < 0 || start.offset() < 0 || start.sample() < 0 || end.sample() < 0) {
      faultOf(checkpoint, range, "goes from %s back to %s".formatted(start, end));
      return;
    }
    Reached former = reached.get(range.getPartition());
    Optional<PartitionBounds> bounds = boundsOf(checkpoint, range.getPartition());
    if (former == null || former.run() != checkpoint.getRun()) {
      checkFirstOfRun(checkpoint, range, start, former, bounds);
    } else if (former.epoch() == range.getEpoch()) {
      checkTouches(checkpoint, range, start, former);
    } else {
      checkNextEpoch(checkpoint, range, start, former, bounds);
    }
    bounds
        .filter(b -> end.compareTo(new Place(b.getEnd(), 0)) > 0)
        .ifPresent(b -> faultOf(checkpoint, range, "passes the end of the run at " + b.getEnd()));
    Place runStart =
        former != null && former.run() == checkpoint.getRun() ? former.runStart() : start;
    reached.put(
        range.getPartition(),
        new Reached(checkpoint.getVersion(), checkpoint.getRun(), range.getEpoch(), runStart, end));
  }

  private void checkFirstOfRun(
      Checkpoint checkpoint,
      OffsetRange range,
      Place start,
      @Nullable Reached former,
      Optional<PartitionBounds> bounds) {
    if (range.getEpoch() != 1) {
      faultOf(checkpoint, range, "is the run's first, and not of epoch 1");
    }
    if (former != null) {
      checkTouches(checkpoint, range, start, former);
    }
    bounds
        .filter(b -> b.getStart() != start.offset())
        .ifPresent(
            b ->
                faultOf(
                    checkpoint,
                    range,
                    "begins at %s, and the run at %d".formatted(start, b.getStart())));
  }

  private void checkTouches(Checkpoint checkpoint, OffsetRange range, Place start, Reached former) {
    int order = start.compareTo(former.end());
    if (order != 0) {
      faultOf(
          checkpoint,
          range,
          "begins at %s, where version %d ended at %s: %s"
              .formatted(
                  start,
                  former.version(),
                  former.end(),
                  order > 0 ? "samples were left out" : "samples were trained twice"));
    }
  }

  private void checkNextEpoch(
      Checkpoint checkpoint,
      OffsetRange range,
      Place start,
      Reached former,
      Optional<PartitionBounds> bounds) {
    if (range.getEpoch() != former.epoch() + 1) {
      faultOf(
          checkpoint,
          range,
          "follows epoch %d of version %d".formatted(former.epoch(), former.version()));
    }
    if (bounds.isEmpty()) {
      faultOf(checkpoint, range, "begins an epoch, and the run has no bounds");
      return;
    }
    Place wantedEnd = new Place(bounds.get().getEnd(), 0);
    if (!former.end().equals(wantedEnd)) {
      faultOf(
          checkpoint,
          range,
          "begins an epoch, and version %d ended the former at %s, not at the end of the run, %s"
              .formatted(former.version(), former.end(), wantedEnd));
    }
    Place wantedStart = new Place(bounds.get().getStart(), 0);
    // Epoch 1 may have begun within a record, where the run before had ended.
    if (!start.equals(wantedStart) && !start.equals(former.runStart())) {
      faultOf(checkpoint, range, "begins an epoch at %s, not at %s".formatted(start, wantedStart));
    }
  }

  private void checkPositions(Checkpoint checkpoint) {
    for (ReadPosition position : checkpoint.getPositions()) {
      Reached former = reached.get(position.getPartition());
      if (former == null || former.run() != checkpoint.getRun()) {
        continue;
      }
      Place place = new Place(position.getOffset(), position.getSample());
      boolean goesOn = position.getEpoch() == former.epoch() && place.equals(former.end());
      if (!goesOn && position.getEpoch() <= former.epoch()) {
        fault(
            "version %d reads partition %d on at %s in epoch %d, and its ranges end at %s in epoch %d"
                .formatted(
                    checkpoint.getVersion(),
                    position.getPartition(),
                    place,
                    position.getEpoch(),
                    former.end(),
                    former.epoch()));
      }
    }
  }

  private static Optional<PartitionBounds> boundsOf(Checkpoint checkpoint, int partition) {
    return checkpoint.getBounds().stream().filter(b -> b.getPartition() == partition).findFirst();
  }

  private void faultOf(Checkpoint checkpoint, OffsetRange range, String what) {
    fault(
        "version %d: the range of partition %d in epoch %d %s"
            .formatted(checkpoint.getVersion(), range.getPartition(), range.getEpoch(), what));
  }

  private void fault(String fault) {
    faults.add(fault);
  }

  /** A sample in a partition: the record's offset, and samples of that record before it. */
  private record Place(long offset, int sample) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byOffset = Long.compare(offset, other.offset);
      return byOffset != 0 ? byOffset : Integer.compare(sample, other.sample);
    }

    @Override
    public String toString() {
      return sample == 0 ? "offset " + offset : "offset " + offset + " sample " + sample;
    }
  }

  /** How far the versions so far have read a partition. */
  private record Reached(long version, long run, int epoch, Place runStart, Place end) {}
}
