package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.schemas.OffsetRange;
import java.time.Instant;
import java.util.List;

/**
 * A copy of the model between two steps, and the account of what it learned since the last one.
 *
 * @param state goes back to the {@link SnapshotExchange} when it is published
 * @param copy into the state, to be awaited before its tensors are read
 * @param ranges trained or refused since the last snapshot, in reading order
 * @param positions where each partition is read on
 * @param refusals records among the ranges that are to become dead letters
 * @param added prequential sums over the ranges' samples
 */
record Snapshot(
    ModelState state,
    PendingSnapshot copy,
    List<OffsetRange> ranges,
    List<Position> positions,
    List<Arrival.Refused> refusals,
    Sums added,
    Instant createdAt) {}
