package dev.tidemill.runtime;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Supervisor} treats one of its duties.
 *
 * @param stalledAfter a doWork that takes longer degrades the worker; asked at each look, on the
 *     thread that watches; null: it may block
 * @param closeWithin how long after it was asked the duty is interrupted; null: when the
 *     supervisor's own close timeout is over
 * @param drains whether it is not asked to end with the others, but ends by itself after them
 * @param whenEnding called on the duty's thread when its work is over, before its onClose; a
 *     failure is then visible in the supervisor's health
 */
public record DutyPolicy(
    @Nullable Supplier<Duration> stalledAfter,
    @Nullable Duration closeWithin,
    boolean drains,
    Runnable whenEnding) {
  private static final DutyPolicy STANDARD = new DutyPolicy(null, null, false, () -> {});

  /** Asked to end with all others, within the supervisor's close timeout; may block. */
  public static DutyPolicy standard() {
    return STANDARD;
  }

  public DutyPolicy stalledAfter(Duration duration) {
    return stalledAfter(() -> duration);
  }

  /** For a duty whose usual doWork takes a time that is known only while it runs. */
  public DutyPolicy stalledAfter(Supplier<Duration> duration) {
    return new DutyPolicy(duration, closeWithin, drains, whenEnding);
  }

  public DutyPolicy closeWithin(Duration duration) {
    return new DutyPolicy(stalledAfter, duration, drains, whenEnding);
  }

  /**
   * For a duty that uses up what the others leave: it is asked to end only when the close timeout
   * is over, or when all is discarded.
   */
  public DutyPolicy draining() {
    return new DutyPolicy(stalledAfter, closeWithin, true, whenEnding);
  }

  public DutyPolicy whenEnding(Runnable action) {
    return new DutyPolicy(stalledAfter, closeWithin, drains, action);
  }
}
