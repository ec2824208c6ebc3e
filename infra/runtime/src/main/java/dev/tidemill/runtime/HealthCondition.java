package dev.tidemill.runtime;

import java.time.Instant;

/**
 * One thing that degrades a worker.
 *
 * @param name the same each time this happens, for example {@code broker}
 * @param cause what was reported last
 * @param since when it was first reported
 * @param count how often it was reported since then
 */
public record HealthCondition(String name, String cause, Instant since, long count) {
  @Override
  public String toString() {
    return name + ": " + cause;
  }
}
