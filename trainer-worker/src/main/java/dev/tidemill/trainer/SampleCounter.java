package dev.tidemill.trainer;

/**
 * The samples of a bounded range, counted before the first epoch: a step over the whole range needs
 * their number for its mean. Reader's thread.
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

  /** 0 where they were not counted. */
  long samples() {
    return samples;
  }
}
