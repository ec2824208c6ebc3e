package dev.tidemill.contract;

/**
 * Compares observed counts with reference counts by the population stability index, the symmetric
 * divergence sum((q - p) ln(q / p)) of the two distributions (Kullback and Leibler, "On Information
 * and Sufficiency", 1951). Counts are smoothed, so that no bin is empty.
 */
final class PopulationStability {
  /** Standard deviations of a normal distribution that chance exceeds once in 3.5 million times. */
  private static final double CHANCE = 5;

  /** Pseudo-counts for each bin. */
  private static final double SMOOTHING = 0.5;

  private PopulationStability() {}

  static double index(long[] observed, long[] reference) {
    double samples = total(observed);
    double known = total(reference);
    double prior = SMOOTHING * observed.length;
    double index = 0;
    for (int i = 0; i < observed.length; i++) {
      double p = (reference[i] + SMOOTHING) / (known + prior);
      // Pseudo-counts in the reference's proportions, so that few samples look like it.
      double q = (observed[i] + prior * p) / (samples + prior);
      index += (q - p) * Math.log(q / p);
    }
    return index;
  }

  /**
   * Returns what the index of samples from the reference's own distribution exceeds only by a rare
   * chance: it is distributed about as chi-square with one degree of freedom less than bins, times
   * (1 / samples + 1 / reference samples). The quantile is Wilson and Hilferty's ("The Distribution
   * of Chi-square", 1931).
   */
  static double chance(long[] observed, long[] reference) {
    double degrees = Math.max(1, observed.length - 1);
    double spread = 2 / (9 * degrees);
    double quantile = degrees * Math.pow(1 - spread + CHANCE * Math.sqrt(spread), 3);
    return quantile * (1.0 / total(observed) + 1.0 / total(reference));
  }

  /**
   * Whether a share is larger than in the reference by more than a margin, and by more than chance
   * explains.
   */
  static boolean isLarger(double margin, long count, long samples, long known, long of) {
    double difference = (double) count / samples - (double) known / of;
    double pooled = (count + known + 1.0) / (samples + of + 2.0);
    double deviation = Math.sqrt(pooled * (1 - pooled) * (1.0 / samples + 1.0 / of));
    return difference > margin && difference > CHANCE * deviation;
  }

  static long total(long[] counts) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }
}
