package dev.tidemill.trainer;

import dev.tidemill.trainer.divergence.DivergenceCause;
import dev.tidemill.trainer.divergence.ExcludedBatches;
import java.util.List;

/**
 * How training has diverged.
 *
 * @param batches that a rollback leaves out
 * @param starts where the next version's ranges begin, and where each partition was
 */
record Divergence(
    DivergenceCause cause, long step, List<ExcludedBatches> batches, List<PartitionStart> starts) {
  Divergence {
    batches = List.copyOf(batches);
    starts = List.copyOf(starts);
  }
}
