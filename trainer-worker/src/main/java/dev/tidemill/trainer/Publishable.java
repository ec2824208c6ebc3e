package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.LostRange;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.Restart;
import dev.tidemill.trainer.drift.DriftReport;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A commit that the training thread submits to the publishing thread. */
sealed interface Publishable {

  /** Records that become dead letters in the same transaction. */
  List<Arrival.Refused> refusals();

  /**
   * A new version: a copy of the model between two steps, and what it was trained on since the last
   * version.
   *
   * @param state returned to the {@link SnapshotExchange} after it is published
   * @param copy pending copy into the state; await it before reading the tensors
   * @param ranges trained or refused since the last version, in reading order
   * @param positions where each partition continues
   * @param refusedRecords in the ranges, including those whose dead letters a pass committed
   * @param added prequential sums over the ranges' samples
   * @param gaps since the last version
   * @param changes of the source since the last version, one sentence each
   * @param commands of operators who asked for this version
   * @param drifts changes in the data that are reported with this version
   * @param restart where the next version begins a new model; null if it continues this one
   * @param boost what a boost multiplies the learning rate by after its warm-up; 1 without one
   * @param spans of the records in the ranges, which end with the commit
   */
  record Snapshot(
      ModelState state,
      PendingSnapshot copy,
      List<OffsetRange> ranges,
      List<Position> positions,
      List<Arrival.Refused> refusals,
      long refusedRecords,
      MetricSums added,
      List<LostRange> gaps,
      List<String> changes,
      List<ControlCommand> commands,
      List<DriftReport> drifts,
      @Nullable Restart restart,
      double boost,
      TrainedSpans.OfVersion spans,
      Instant createdAt)
      implements Publishable {

    /** Returns where the next version begins. */
    List<Position> next() {
      return restart == null
          ? positions
          : restart.getPositions().stream().map(Position::of).toList();
    }
  }

  /**
   * A commit of dead letters and the group's offsets without a version. It covers offsets that hold
   * only refused records and transaction markers. The next version's ranges still begin where the
   * newest version's end.
   *
   * @param starts for each partition, where the next version's range begins and where reading
   *     continues
   * @param refusedRecords since the newest version
   */
  record Pass(List<PartitionStart> starts, List<Arrival.Refused> refusals, long refusedRecords)
      implements Publishable {}

  /**
   * A commit of changes in the data without a version, because nothing was trained since the newest
   * one.
   */
  record Reports(List<DriftReport> drifts, Instant createdAt) implements Publishable {
    @Override
    public List<Arrival.Refused> refusals() {
      return List.of();
    }
  }
}
