package dev.tidemill.engine.torch;

/**
 * The context of a forward pass.
 *
 * @param training whether this is training: dropout is active, and batch norms use the statistics
 *     of the batch
 * @param seed of dropout
 * @param step number of updates before this one
 * @param firstSample index of the micro-batch's first sample in the batch
 * @param recomputing whether this recomputes an earlier pass for activation checkpointing. It
 *     computes the same values and does not update running statistics.
 */
record ForwardContext(
    boolean training, long seed, long step, long firstSample, boolean recomputing) {

  /** The eval mode, without dropout. */
  static final ForwardContext EVAL = new ForwardContext(false, 0, 0, 0, false);

  /** Returns the context for recomputing this pass. */
  ForwardContext recomputed() {
    return new ForwardContext(training, seed, step, firstSample, true);
  }
}
