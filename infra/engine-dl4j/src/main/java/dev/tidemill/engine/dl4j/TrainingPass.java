package dev.tidemill.engine.dl4j;

/**
 * Where a pass stands in the training run: all that a layer's randomness depends on, besides the
 * seed. One object, moved on from pass to pass.
 */
final class TrainingPass {
  private long step;
  private long firstSample;

  void moveTo(long newStep, long newFirstSample) {
    step = newStep;
    firstSample = newFirstSample;
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
