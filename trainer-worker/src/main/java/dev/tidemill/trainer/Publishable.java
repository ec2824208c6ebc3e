package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.schemas.LostRange;
import dev.tidemill.schemas.OffsetRange;
import java.time.Instant;
import java.util.List;

/** What the training thread asks the publishing thread to commit, one after another. */
sealed interface Publishable {

  /** Records that become dead letters in the same transaction. */
  List<Arrival.Refused> refusals();

  /**
   * A new version: a copy of the model between two steps, and the account of what it learned since
   * the last one.
   *
   * @param state goes back to the {@link SnapshotExchange} when it is published
   * @param copy into the state, to be awaited before its tensors are read
   * @param ranges trained or refused since the last version, in reading order
   * @param positions where each partition is read on
   * @param refusedRecords among the ranges, those included whose dead letters a pass committed
   * @param added prequential sums over the ranges' samples
   * @param gaps since the last version
   * @param changes of the source since the last version, one sentence each
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
      Instant createdAt)
      implements Publishable {}

  /**
   * A commit without a version, over offsets that hold refused records and transaction markers
   * only: dead letters and the group's offsets. The next version's ranges still begin where the
   * newest version's end.
   *
   * @param starts for each partition, where the next version's range begins, and where reading goes
   *     on
   * @param refusedRecords since the newest version
   */
  record Pass(List<PartitionStart> starts, List<Arrival.Refused> refusals, long refusedRecords)
      implements Publishable {}
}
