package dev.tidemill.engine;

import java.util.Arrays;

/**
 * Sums over samples for each target of a regression: of absolute errors, squared errors, values and
 * squared values. MAE, RMSE and R² follow from them. In the unit of the labels as the model sees
 * them, and unweighted. Immutable.
 */
public final class TargetSums {
  /** With more targets, no sums are kept. */
  public static final int MAX_TARGETS = 100;

  /** Sums of nothing: labels are classes, or there are too many targets. */
  public static final TargetSums NONE = new TargetSums(new double[0]);

  /** Sums for each target. */
  private static final int KINDS = 4;

  private final double[] sums;

  private TargetSums(double[] sums) {
    this.sums = sums;
  }

  /** Returns the number of values that {@link #of} takes for a network; 0 if no sums are kept. */
  public static int length(Network network) {
    return network.spec().loss().type() == LossType.MSE ? length(network.outputLength()) : 0;
  }

  /** Returns the number of values for a number of targets; 0 if no sums are kept. */
  public static int length(int targets) {
    return targets <= MAX_TARGETS ? KINDS * targets : 0;
  }

  /**
   * Returns sums.
   *
   * @param sums the absolute errors of all targets, then their squared errors, values and squared
   *     values
   */
  public static TargetSums of(double... sums) {
    if (sums.length % KINDS != 0) {
      throw new IllegalArgumentException(
          sums.length + " sums, but each target has " + KINDS + " of them");
    }
    return sums.length == 0 ? NONE : new TargetSums(sums.clone());
  }

  /** Number of targets; 0 if no sums are kept. */
  public int targets() {
    return sums.length / KINDS;
  }

  /** Sum of the absolute differences between output and label. */
  public double absoluteErrors(int target) {
    return sums[target];
  }

  /** Sum of the squared differences between output and label. */
  public double squaredErrors(int target) {
    return sums[targets() + target];
  }

  /** Sum of the labels. */
  public double values(int target) {
    return sums[2 * targets() + target];
  }

  /** Sum of the squared labels. */
  public double squaredValues(int target) {
    return sums[3 * targets() + target];
  }

  /**
   * Adds the sums over other samples.
   *
   * @throws IllegalArgumentException if both have targets, but not the same number
   */
  public TargetSums plus(TargetSums more) {
    if (more.sums.length == 0) {
      return this;
    }
    if (sums.length == 0) {
      return more;
    }
    if (sums.length != more.sums.length) {
      throw new IllegalArgumentException(
          "sums of " + targets() + " targets and of " + more.targets());
    }
    double[] both = sums.clone();
    for (int i = 0; i < both.length; i++) {
      both[i] += more.sums[i];
    }
    return new TargetSums(both);
  }

  /** Returns the sums in the order of {@link #of}. */
  public double[] toArray() {
    return sums.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TargetSums that && Arrays.equals(sums, that.sums);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sums);
  }

  @Override
  public String toString() {
    return "TargetSums" + Arrays.toString(sums);
  }
}
