package dev.tidemill.trainer;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When a checkpoint is due: after so many samples, or after so long if there is anything new, or
 * when so many refusals wait to be told. One thread.
 */
final class CheckpointPolicy {
  /** Refused records are held with their bytes until a checkpoint writes their dead letters. */
  static final int MOST_REFUSALS = 100;

  private final long samples;
  private final long nanos;
  private final LongSupplier nanoTime;
  private long newSamples;
  private long since;

  /**
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

  /** Whether a checkpoint would tell anything, the refused records since the last one included. */
  boolean hasNews(int refusals) {
    return newSamples > 0 || refusals > 0;
  }

  boolean isDue(int refusals) {
    return hasNews(refusals)
        && (newSamples >= samples
            || refusals >= MOST_REFUSALS
            || nanoTime.getAsLong() - since >= nanos);
  }

  /** A checkpoint was taken. */
  void taken() {
    newSamples = 0;
    since = nanoTime.getAsLong();
  }
}
