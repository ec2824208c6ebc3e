package dev.tidemill.contract;

/** How the prepared values of one feature are distributed. Grows as samples are counted. */
final class FeatureCounts {
  private final long[] bins;
  private long samples;
  private long missing;
  private long outside;
  private double sum;
  private double squares;

  /**
   * @param bins number of the reference's bins, or categories
   */
  FeatureCounts(int bins) {
    this.bins = new long[bins];
  }

  /** Counts a value; a bin that the reference does not have is left out. */
  void add(double value, int bin, boolean isOutside) {
    samples++;
    if (bin >= 0 && bin < bins.length) {
      bins[bin]++;
    }
    outside += isOutside ? 1 : 0;
    sum += value;
    squares += value * value;
  }

  /** Counts a sample without a value. */
  void addMissing() {
    samples++;
    missing++;
  }

  /** Samples, those without a value included. */
  long samples() {
    return samples;
  }

  long missing() {
    return missing;
  }

  /** Values outside the reference's range. */
  long outside() {
    return outside;
  }

  /** Values in each of the reference's bins. */
  long[] bins() {
    return bins;
  }

  /** Mean of the elements; 0 if there is none. */
  double mean() {
    return sum / Math.max(1, samples - missing);
  }

  /** Population standard deviation of the elements; 0 if there is none. */
  double deviation() {
    double mean = mean();
    return Math.sqrt(Math.max(0, squares / Math.max(1, samples - missing) - mean * mean));
  }
}
