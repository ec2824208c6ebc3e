package dev.tidemill.evaluation;

import java.time.Duration;

/**
 * The bounds of a {@link LabelJoin}.
 *
 * @param records the most predictions and labels that are held, to wait or to recognize repeated
 *     labels
 * @param maxWait how long a prediction or a label waits for the other one
 * @param versions the most versions that are scored; the oldest one falls out
 */
public record JoinLimits(int records, Duration maxWait, int versions) {
  /** For a process that follows the topics. What waits takes some tens of megabytes at most. */
  public static final JoinLimits FOLLOWING = new JoinLimits(100_000, Duration.ofHours(1), 200);

  public JoinLimits {
    if (records < 1 || versions < 1 || maxWait.isNegative()) {
      throw new IllegalArgumentException(
          "records "
              + records
              + ", maxWait "
              + maxWait
              + " and versions "
              + versions
              + " are no limits");
    }
  }
}
