package dev.tidemill.trainer;

import dev.tidemill.messaging.TopicGuard;
import java.time.Duration;

/**
 * How long a trainer waits here and there; tests wait less.
 *
 * @param topicCheck between two looks at the topics, which is how soon added partitions are found
 * @param stalled without a record before the brokers are asked why
 * @param fenced for the group to take the partition away from a trainer that was fenced
 * @param diverged before records are trained again on which training diverged once; doubled each
 *     further time
 */
record TrainerTiming(Duration topicCheck, Duration stalled, Duration fenced, Duration diverged) {
  static final TrainerTiming DEFAULT =
      new TrainerTiming(
          TopicGuard.INTERVAL,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10));

  private static final int MOST_DOUBLINGS = 6;

  /** The pause after so many divergences. */
  Duration diverged(int times) {
    return diverged.multipliedBy(1L << Math.min(times - 1, MOST_DOUBLINGS));
  }
}
