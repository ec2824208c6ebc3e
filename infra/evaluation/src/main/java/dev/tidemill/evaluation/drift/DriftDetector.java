package dev.tidemill.evaluation.drift;

import java.util.Optional;

/**
 * Finds where the mean of a stream of values rises. A value is the mean over a number of
 * consecutive samples, from 0 to 1, for example the error rate of a step. After a change, a
 * detector begins anew with what followed the change. One thread. Allocates memory only for a
 * change.
 */
public interface DriftDetector {
  /**
   * A change that was found with the newest value.
   *
   * @param samplesSince estimated number of samples since the change began, at least 1
   * @param before mean before the change
   * @param after mean since the change began
   */
  record Change(long samplesSince, double before, double after) {}

  /**
   * Adds a value.
   *
   * @param value mean of the samples, from 0 to 1
   * @param samples number of samples, at least 1
   * @return the change, if this value shows one
   */
  Optional<Change> add(double value, int samples);

  /** Forgets all values. */
  void reset();

  /** Returns all that the detector knows as numbers, for {@link #restore}. */
  double[] state();

  /**
   * Continues from a {@link #state}: the same values then have the same results.
   *
   * @throws IllegalArgumentException if the numbers are no state of such a detector
   */
  void restore(double[] state);
}
