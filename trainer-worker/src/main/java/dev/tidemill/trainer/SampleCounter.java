package dev.tidemill.trainer;

/**
 * Counts the samples of a bounded range before the first epoch. A full-batch step needs the number
 * for its mean loss. Reader's thread.
 */
final class SampleCounter {
  private boolean wanted;
  private long samples;

  SampleCounter(boolean wanted) {
    this.wanted = wanted;
  }

  boolean isWanted() {
    return wanted;
  }

  void add(long more) {
    samples += more;
  }

  void finish() {
    wanted = false;
  }

  /** Returns the number of samples; 0 if they were not counted. */
  long samples() {
    return samples;
  }
}
