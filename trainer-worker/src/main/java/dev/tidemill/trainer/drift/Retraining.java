package dev.tidemill.trainer.drift;

/**
 * How much a new model has left of what the model before had trained already. Until it has passed
 * that, no other retraining begins. One thread.
 */
public final class Retraining {
  private static final double MAX_SAMPLES = 1e18;

  private long left;

  /**
   * Begins.
   *
   * @param samples number of samples to train again; may be 0
   */
  void begin(long samples) {
    left = samples;
  }

  /** Whether there are samples left. */
  public boolean isActive() {
    return left > 0;
  }

  /** Returns the number of samples that are left. */
  public long left() {
    return left;
  }

  /** Counts the samples of a step, after it. */
  public void trained(int samples) {
    left = Math.max(0, left - samples);
  }

  String state() {
    return Long.toString(left);
  }

  void restore(double[] state) {
    if (state.length != 1
        || !(state[0] >= 0 && state[0] <= MAX_SAMPLES && state[0] == Math.rint(state[0]))) {
      throw new IllegalArgumentException("a retraining has a number of samples that are left");
    }
    begin((long) state[0]);
  }
}
