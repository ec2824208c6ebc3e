package dev.tidemill.evaluation.drift;

import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Alarms at random and ignores the values. It is the baseline that shows which share of a
 * detector's hits is chance.
 */
public final class RandomAlarms implements DriftDetector {
  private final double rate;
  private final long seed;
  private SplittableRandom random;

  /**
   * @param rate probability of an alarm at each sample
   */
  public RandomAlarms(double rate, long seed) {
    this.rate = rate;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  @Override
  public Optional<Change> add(double value, int samples) {
    double none = Math.pow(1 - rate, samples);
    return random.nextDouble() >= none
        ? Optional.of(new Change(samples, value, value))
        : Optional.empty();
  }

  @Override
  public void reset() {
    random = new SplittableRandom(seed);
  }

  /** Nothing: it knows nothing of the values. */
  @Override
  public double[] state() {
    return new double[0];
  }

  @Override
  public void restore(double[] state) {
    reset();
  }
}
