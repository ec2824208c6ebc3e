package dev.tidemill.trainer;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides when to commit. A version is due after a number of samples or an interval; a pass is due
 * after the interval if there are no new samples. The end of an epoch or of a run submits without
 * asking this policy. One thread.
 */
final class CheckpointPolicy {
  /** Interval of repeated commits: brokers expire the offsets of a group without members. */
  private static final Duration REPEATED_AFTER = Duration.ofHours(6);

  private final long samples;
  private final long nanos;
  private final LongSupplier nanoTime;
  private long newSamples;
  private long since;

  /**
   * @param samples number of new samples that makes a version due
   * @param atMost interval after which a version or a pass is due
   * @param nanoTime a clock like {@link System#nanoTime}
   */
  CheckpointPolicy(long samples, Duration atMost, LongSupplier nanoTime) {
    this.samples = samples;
    this.nanos = atMost.toNanos();
    this.nanoTime = nanoTime;
    this.since = nanoTime.getAsLong();
  }

  void trained(int more) {
    newSamples += more;
  }

  /** Whether there are new samples; a version needs some. */
  boolean hasSamples() {
    return newSamples > 0;
  }

  /** Returns the number of samples since the last version. */
  long newSamples() {
    return newSamples;
  }

  /**
   * Whether a commit is due.
   *
   * @param moved whether refused records or transaction markers were passed since the last commit
   * @param now whether a commit must free memory now
   */
  boolean isDue(boolean moved, boolean now) {
    if (!hasSamples() && !moved) {
      return sinceLast() >= REPEATED_AFTER.toNanos();
    }
    return now || newSamples >= samples || sinceLast() >= nanos;
  }

  /** Starts the next interval, after a version or a pass was submitted. */
  void submitted() {
    newSamples = 0;
    since = nanoTime.getAsLong();
  }

  private long sinceLast() {
    return nanoTime.getAsLong() - since;
  }
}
