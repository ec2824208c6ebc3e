package dev.tidemill.engine.dl4j;

/**
 * Where a pass stands in the training run: all that a layer's randomness depends on, besides the
 * layer. One object, moved on from pass to pass.
 */
final class TrainingPass {
  private long seed;
  private long step;
  private long firstSample;

  void moveTo(long newSeed, long newStep, long newFirstSample) {
    seed = newSeed;
    step = newStep;
    firstSample = newFirstSample;
  }

  /** The model's. */
  long seed() {
    return seed;
  }

  /** Updates before this one. */
  long step() {
    return step;
  }

  /** Samples of this update that came in earlier parts. */
  long firstSample() {
    return firstSample;
  }
}
