package dev.tidemill.runtime;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Configures how a {@link Supervisor} treats one duty.
 *
 * @param stalledAfter the duration after which a running doWork degrades the worker, queried at
 *     each check on the watching thread; null if doWork may block
 * @param closeWithin how long after a stop request the duty is interrupted; null for the
 *     supervisor's close timeout
 * @param drains whether the duty is not asked to stop with the others, but ends by itself after
 *     them
 * @param whenEnding runs on the duty's thread after its work, before its onClose; the supervisor's
 *     health already shows a failure
 */
public record DutyPolicy(
    @Nullable Supplier<Duration> stalledAfter,
    @Nullable Duration closeWithin,
    boolean drains,
    Runnable whenEnding) {
  private static final DutyPolicy STANDARD = new DutyPolicy(null, null, false, () -> {});

  /** The default: stops with all others, within the supervisor's close timeout; may block. */
  public static DutyPolicy standard() {
    return STANDARD;
  }

  public DutyPolicy stalledAfter(Duration duration) {
    return stalledAfter(() -> duration);
  }

  /** Sets a stall limit that is known only at run time. */
  public DutyPolicy stalledAfter(Supplier<Duration> duration) {
    return new DutyPolicy(duration, closeWithin, drains, whenEnding);
  }

  public DutyPolicy closeWithin(Duration duration) {
    return new DutyPolicy(stalledAfter, duration, drains, whenEnding);
  }

  /**
   * Marks a duty that processes what the others leave. It is asked to stop only after the close
   * timeout, or when all work is discarded.
   */
  public DutyPolicy draining() {
    return new DutyPolicy(stalledAfter, closeWithin, true, whenEnding);
  }

  public DutyPolicy whenEnding(Runnable action) {
    return new DutyPolicy(stalledAfter, closeWithin, drains, action);
  }
}
