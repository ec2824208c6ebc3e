package dev.tidemill.engine;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How samples become updates.
 *
 * @param batchSize samples an update, independent of the records' size; {@link #FULL_BATCH} for the
 *     whole bounded range, one update an epoch
 * @param seed of initial weights and dropout
 * @param maxGradNorm the gradient is scaled down to this 2-norm over all parameters where it is
 *     larger, as {@code clip_grad_norm_}: times {@code max / (norm + 1e-6)} where that is below 1
 * @param stop when a bounded run has converged
 * @param microBatchSize samples that are computed at once at most: the gradient of a larger update
 *     is gathered from parts, and is the same but for the order of its sums
 * @param activationCheckpointing whether only what enters each residual block is kept for going
 *     back, and the block computed again then; changes no bit
 */
public record TrainingSpec(
    int batchSize,
    long seed,
    OptionalDouble maxGradNorm,
    Optional<Stop> stop,
    OptionalInt microBatchSize,
    boolean activationCheckpointing) {

  /** With as much memory as it takes. */
  public TrainingSpec(int batchSize, long seed, OptionalDouble maxGradNorm, Optional<Stop> stop) {
    this(batchSize, seed, maxGradNorm, stop, OptionalInt.empty(), false);
  }

  /** The batch size of {@code batch_size: full}. */
  public static final int FULL_BATCH = 0;

  /** Whether an update takes the whole range. */
  public boolean fullBatch() {
    return batchSize == FULL_BATCH;
  }

  /** Samples that are computed at once, of so many. */
  public int atOnce(int samples) {
    return Math.min(samples, microBatchSize.orElse(samples));
  }

  /**
   * A run has converged when for {@code patience} epochs in a row the mean loss has not fallen
   * below the best one by more than {@code tolerance}.
   *
   * @param tolerance of the mean prequential loss of an epoch, absolute
   * @param patience epochs
   */
  public record Stop(double tolerance, int patience) {

    /** Whether a run that stands here, at an epoch's end, has converged. */
    public boolean reached(TrainingCounters counters) {
      return counters.epochsWithoutImprovement() >= patience;
    }
  }
}
