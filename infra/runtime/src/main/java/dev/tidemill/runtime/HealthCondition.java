package dev.tidemill.runtime;

import java.time.Instant;

/**
 * A condition that degrades a worker.
 *
 * @param name the same for each occurrence, for example {@code broker}
 * @param cause the most recently reported cause
 * @param since when it was first reported
 * @param count how often it was reported since then
 */
public record HealthCondition(String name, String cause, Instant since, long count) {
  @Override
  public String toString() {
    return name + ": " + cause;
  }
}
