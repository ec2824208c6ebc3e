package dev.tidemill.trainer.drift;

/** A factor of the learning rate for a number of samples. One thread. */
public final class Boost {
  static final double MAX_FACTOR = 100;
  static final long MAX_SAMPLES = 1_000_000_000_000L;

  private double factor = 1;
  private long left;

  /**
   * Begins.
   *
   * @param by what multiplies the learning rate
   * @param samples number of samples, at least 1
   */
  public void begin(double by, long samples) {
    factor = by;
    left = samples;
  }

  /** Whether it has begun and not ended. */
  public boolean isActive() {
    return left > 0;
  }

  /** Returns what multiplies the learning rate; 1 if it is not active. */
  public double factor() {
    return isActive() ? factor : 1;
  }

  /** Returns what the newest boost multiplies, or has multiplied, the learning rate by. */
  public double newestFactor() {
    return factor;
  }

  /** Returns the number of samples that are left. */
  public long left() {
    return left;
  }

  /**
   * Counts the samples of a step, after it.
   *
   * @return whether the boost has ended with this step
   */
  public boolean trained(int samples) {
    if (!isActive()) {
      return false;
    }
    left = Math.max(0, left - samples);
    return left == 0;
  }

  /** Ends it, whatever is left. */
  public void end() {
    left = 0;
  }

  boolean wasUsed() {
    return factor != 1;
  }

  String state() {
    return factor + " " + left;
  }

  void restore(double[] state) {
    if (state.length != 2
        || !(state[0] > 1 && state[0] <= MAX_FACTOR)
        || !(state[1] >= 0 && state[1] <= MAX_SAMPLES && state[1] == Math.rint(state[1]))) {
      throw new IllegalArgumentException(
          "a boost has a factor above 1, at most %s, and a number of samples up to %,d"
              .formatted(MAX_FACTOR, MAX_SAMPLES));
    }
    begin(state[0], (long) state[1]);
  }
}
