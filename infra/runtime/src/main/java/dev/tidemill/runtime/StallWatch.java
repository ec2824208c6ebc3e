package dev.tidemill.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Degrades a worker while one of its duties does not return from doWork. Compares a call count from
 * another thread, so the watched thread reads no clock.
 */
final class StallWatch {
  private final DutyThread thread;
  private final Supplier<Duration> stalledAfter;
  private final HealthMonitor monitor;
  private final LongSupplier nanoTime;
  private final String condition;
  private long calls;
  private long since;

  StallWatch(
      DutyThread thread,
      Supplier<Duration> stalledAfter,
      HealthMonitor monitor,
      LongSupplier nanoTime) {
    this.thread = thread;
    this.stalledAfter = stalledAfter;
    this.monitor = monitor;
    this.nanoTime = nanoTime;
    this.condition = thread.roleName() + " stalled";
  }

  /** Checks once; one thread at a time. */
  void check() {
    long now = nanoTime.getAsLong();
    long latest = thread.calls();
    if (latest == 0 || latest != calls || thread.hasEnded() || thread.isWaiting()) {
      calls = latest;
      since = now;
      monitor.recover(condition);
      return;
    }
    Duration lasts = Duration.ofNanos(now - since);
    if (lasts.compareTo(stalledAfter.get()) >= 0) {
      Instant began = monitor.clock().instant().minus(lasts);
      monitor.degrade(
          condition, "has not returned from its work for " + lasts.toSeconds() + " s", began);
    }
  }
}
