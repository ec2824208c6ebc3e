package dev.tidemill.engine.dl4j.kernel;

/**
 * The position of a forward and backward pass in the training run. It determines a layer's
 * randomness, together with the layer's index. Callers reuse one object for all passes.
 */
public final class TrainingPass {
  private long seed;
  private long step;
  private long firstSample;

  /** Moves to another pass. */
  public void moveTo(long newSeed, long newStep, long newFirstSample) {
    seed = newSeed;
    step = newStep;
    firstSample = newFirstSample;
  }

  /** Returns the model's seed. */
  public long seed() {
    return seed;
  }

  /** Returns the number of updates before this step. */
  public long step() {
    return step;
  }

  /**
   * Returns the index of the first sample within the step; not 0 if gradients accumulate over
   * several batches.
   */
  public long firstSample() {
    return firstSample;
  }
}
