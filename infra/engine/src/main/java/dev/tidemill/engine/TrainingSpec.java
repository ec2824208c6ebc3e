package dev.tidemill.engine;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The training settings of a spec.
 *
 * @param batchSize samples per update, independent of the size of records; {@link #FULL_BATCH} for
 *     one update per epoch over the whole bounded range
 * @param seed of initial weights and dropout
 * @param maxGradNorm clips the 2-norm of the gradient over all parameters, as {@code
 *     clip_grad_norm_}: multiplies it by {@code max / (norm + 1e-6)} if that is below 1
 * @param stop when a bounded run has converged
 * @param microBatchSize the largest number of samples computed at the same time. A larger batch
 *     accumulates the gradients of its parts; only the order of sums differs.
 * @param activationCheckpointing whether to keep only the inputs of residual blocks, and to
 *     recompute each block in the backward pass; changes no bit
 */
public record TrainingSpec(
    int batchSize,
    long seed,
    OptionalDouble maxGradNorm,
    Optional<Stop> stop,
    OptionalInt microBatchSize,
    boolean activationCheckpointing) {

  /** Creates settings without those that save memory. */
  public TrainingSpec(int batchSize, long seed, OptionalDouble maxGradNorm, Optional<Stop> stop) {
    this(batchSize, seed, maxGradNorm, stop, OptionalInt.empty(), false);
  }

  /** The batch size of {@code batch_size: full}. */
  public static final int FULL_BATCH = 0;

  /** Whether each update uses the whole range. */
  public boolean fullBatch() {
    return batchSize == FULL_BATCH;
  }

  /** Returns how many of the given samples are computed at the same time. */
  public int atOnce(int samples) {
    return Math.min(samples, microBatchSize.orElse(samples));
  }

  /**
   * Early stopping: a run has converged when, for {@code patience} epochs in a row, the mean loss
   * has not fallen below the best by more than {@code tolerance}.
   *
   * @param tolerance absolute, for the mean loss of an epoch, with each loss computed before its
   *     update
   * @param patience number of epochs
   */
  public record Stop(double tolerance, int patience) {}
}
