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
public record Supervision(
    @Nullable Supplier<Duration> stalledAfter,
    @Nullable Duration closeWithin,
    boolean drains,
    Runnable whenEnding) {
  private static final Supervision STANDARD = new Supervision(null, null, false, () -> {});

  /** Asked to end with all others, within the supervisor's close timeout; may block. */
  public static Supervision standard() {
    return STANDARD;
  }

  public Supervision stalledAfter(Duration duration) {
    return stalledAfter(() -> duration);
  }

  /** For a duty whose usual doWork takes a time that is known only while it runs. */
  public Supervision stalledAfter(Supplier<Duration> duration) {
    return new Supervision(duration, closeWithin, drains, whenEnding);
  }

  public Supervision closeWithin(Duration duration) {
    return new Supervision(stalledAfter, duration, drains, whenEnding);
  }

  /**
   * For a duty that uses up what the others leave: it is asked to end only when the close timeout
   * is over, or when all is discarded.
   */
  public Supervision draining() {
    return new Supervision(stalledAfter, closeWithin, true, whenEnding);
  }

  public Supervision whenEnding(Runnable action) {
    return new Supervision(stalledAfter, closeWithin, drains, action);
  }
}
