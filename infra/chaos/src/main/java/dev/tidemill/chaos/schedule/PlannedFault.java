package dev.tidemill.chaos.schedule;

import java.util.Locale;

/**
 * A fault of a schedule.
 *
 * @param number from 1, in the order of the starts
 * @param startMillis since the schedule began
 * @param lastsMillis from the start to the end, when what it did is undone
 */
public record PlannedFault(
    int number, FaultKind kind, Target target, long startMillis, long lastsMillis) {

  /** Returns when it ends, in milliseconds since the schedule began. */
  public long endMillis() {
    return startMillis + lastsMillis;
  }

  /** Returns for example {@code 12.3 s kill trainer-2 (1.5 s)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%6.1f s  %s %s (%.1f s)", startMillis / 1e3, kind, target, lastsMillis / 1e3);
  }
}
