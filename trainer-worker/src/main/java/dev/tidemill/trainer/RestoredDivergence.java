package dev.tidemill.trainer;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.trainer.divergence.DivergenceState;
import dev.tidemill.trainer.divergence.DivergenceTag;
import dev.tidemill.trainer.divergence.ExcludedBatches;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a term begins with: what the restored version knew of divergences, and what has happened
 * since.
 *
 * @param state with all batches to leave out
 * @param tag of the divergences after the restored version
 * @param scaleBefore what rollbacks had multiplied the restored version's learning rate by
 * @param scale what they have multiplied it by now
 * @param newRate whether the spec has another learning rate, which the former scale does not hold
 *     for
 */
record RestoredDivergence(
    DivergenceState state, DivergenceTag tag, double scaleBefore, double scale, boolean newRate) {

  /**
   * @param tag of the divergences after the restored version, with the present spec
   * @throws RunRefusedException if the version's state cannot be read: the learning rate depends on
   *     it
   */
  static RestoredDivergence of(RestoredModel restored, DivergenceTag tag, RunPlan.Reading plan) {
    DivergenceState had = parse(restored);
    boolean newRate = hasNewRate(restored);
    List<ExcludedBatches> excluded = new ArrayList<>(had.excluded());
    if (plan.fresh()) {
      excluded.removeIf(range -> isPassed(range, plan.from()));
    }
    excluded.addAll(tag.excluded());
    double former = newRate ? 1 : had.scale();
    double scale = tag.times() > 0 ? tag.scale() : former;
    return new RestoredDivergence(
        had.with(scale, excluded), tag, had.scale(), scale, newRate && had.scale() != 1);
  }

  private static DivergenceState parse(RestoredModel restored) {
    try {
      return DivergenceState.parse(restored.state().divergenceState());
    } catch (IllegalArgumentException e) {
      throw new RunRefusedException(
          "version "
              + restored.version()
              + " has an unreadable state of divergences: "
              + e.getMessage(),
          e);
    }
  }

  private static boolean hasNewRate(RestoredModel restored) {
    @Nullable Checkpoint newest = restored.newest();
    return newest != null
        && ModelSpec.parse(newest.getSpec()).optimizer().learningRate()
            != restored.state().spec().optimizer().learningRate();
  }

  private static boolean isPassed(ExcludedBatches range, List<Position> from) {
    return from.stream()
        .anyMatch(at -> at.partition() == range.partition() && at.offset() >= range.end());
  }

  /** Says why the scale of the learning rate is another one than the restored version's. */
  String why() {
    return newRate ? "the spec has another learning rate" : "after training diverged";
  }
}
