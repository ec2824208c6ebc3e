package dev.tidemill.trainer.drift;

/**
 * A factor of the learning rate for a number of samples. It rises linearly from 1 in the first
 * quarter of them, the warm-up: right after a change the errors, and so the gradients, are large,
 * and a large step could ruin the model (Goyal et al., "Accurate, Large Minibatch SGD", 2017). One
 * thread.
 */
public final class Boost {
  static final double MAX_FACTOR = 100;
  static final long MAX_SAMPLES = 1_000_000_000_000L;

  private static final int WARM_UP_DIVISOR = 4;

  /** In steps: in fewer, the factor could not rise. */
  private static final int SHORTEST = 4;

  private double target = 1;
  private long samples = 1;
  private long left;
  private int number;

  /** Returns the number of samples that a boost needs, at least. */
  public static long leastSamples(int batchSize) {
    return (long) SHORTEST * batchSize;
  }

  /**
   * Begins.
   *
   * @param factor what multiplies the learning rate after the warm-up
   * @param forSamples number of samples, at least 1
   */
  public void begin(double factor, long forSamples) {
    target = factor;
    samples = forSamples;
    left = forSamples;
    number++;
  }

  /** Whether it has begun and not ended. */
  public boolean isActive() {
    return left > 0;
  }

  /** Returns the number of the boost that is active, from 1; 0 if none is. */
  public int number() {
    return isActive() ? number : 0;
  }

  /** Whether it is active, and has multiplied the learning rate of a step. */
  public boolean isUnderWay() {
    return isActive() && left < samples;
  }

  /** Returns what multiplies the learning rate of the next step; 1 if it is not active. */
  public double factor() {
    if (!isActive()) {
      return 1;
    }
    double done = samples - left;
    return 1 + (target - 1) * Math.min(1, done / warmUp());
  }

  /** Returns what multiplies the learning rate after the warm-up; 1 if it is not active. */
  public double target() {
    return isActive() ? target : 1;
  }

  /** Returns what the newest boost multiplies, or multiplied, the learning rate by at the most. */
  public double newestTarget() {
    return target;
  }

  /** Returns the number of samples in which the factor rises; at least 1. */
  public long warmUp() {
    return Math.max(1, samples / WARM_UP_DIVISOR);
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
  public boolean trained(int inStep) {
    if (!isActive()) {
      return false;
    }
    left = Math.max(0, left - inStep);
    return left == 0;
  }

  /** Ends it, whatever is left. */
  public void end() {
    if (isActive()) {
      target = factor();
    }
    left = 0;
  }

  boolean wasUsed() {
    return target != 1;
  }

  String state() {
    return target + " " + samples + " " + left;
  }

  void restore(double[] state) {
    if (state.length != 3
        || !(state[0] > 1 && state[0] <= MAX_FACTOR)
        || !(state[1] >= 1 && state[1] <= MAX_SAMPLES && state[1] == Math.rint(state[1]))
        || !(state[2] >= 0 && state[2] <= state[1] && state[2] == Math.rint(state[2]))) {
      throw new IllegalArgumentException(
          "a boost has a factor above 1, at most %s, a number of samples up to %,d, and no more of"
                  .formatted(MAX_FACTOR, MAX_SAMPLES)
              + " them left");
    }
    begin(state[0], (long) state[1]);
    left = (long) state[2];
  }
}
