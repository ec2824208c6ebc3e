package dev.tidemill.engine.dl4j.kernel;

/**
 * Where a pass stands in the training run: all that a layer's randomness depends on, besides the
 * layer. One object, moved on from pass to pass.
 */
public final class TrainingPass {
  private long seed;
  private long step;
  private long firstSample;

  /** Describes another pass from now on. */
  public void moveTo(long newSeed, long newStep, long newFirstSample) {
    seed = newSeed;
    step = newStep;
    firstSample = newFirstSample;
  }

  /** The model's. */
  public long seed() {
    return seed;
  }

  /** Updates before this one. */
  public long step() {
    return step;
  }

  /** Samples of this update that came in earlier parts. */
  public long firstSample() {
    return firstSample;
  }
}
