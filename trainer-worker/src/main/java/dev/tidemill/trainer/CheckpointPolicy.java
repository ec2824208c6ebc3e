package dev.tidemill.trainer;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When something is to be committed: a version after so many samples, or after so long; a pass
 * where there are no new samples after so long. One thread.
 */
final class CheckpointPolicy {
  /** Brokers forget the offsets of a group without members after some days. */
  private static final Duration REPEATED_AFTER = Duration.ofHours(6);

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

  /** Whether there are samples for a version: without any, none is published. */
  boolean hasSamples() {
    return newSamples > 0;
  }

  /**
   * Whether a commit is due.
   *
   * @param moved whether refused records or transaction markers were passed since the last one
   * @param now whether memory calls for a commit at once
   */
  boolean isDue(boolean moved, boolean now) {
    if (!hasSamples() && !moved) {
      return sinceLast() >= REPEATED_AFTER.toNanos();
    }
    return now || newSamples >= samples || sinceLast() >= nanos;
  }

  /** A version or a pass was submitted. */
  void taken() {
    newSamples = 0;
    since = nanoTime.getAsLong();
  }

  private long sinceLast() {
    return nanoTime.getAsLong() - since;
  }
}
