package dev.tidemill.trainer;

import dev.tidemill.messaging.TopicGuard;
import java.time.Duration;

/**
 * Intervals and timeouts of a trainer; tests use shorter ones.
 *
 * @param topicCheck interval between checks of the topics, which also find added partitions
 * @param stalled time without progress before the brokers are queried for the reason
 * @param fenced maximum wait of a fenced trainer for the group to revoke its partition
 * @param diverged pause before training again after the first divergence; doubled after each
 *     further one
 */
record TrainerTiming(Duration topicCheck, Duration stalled, Duration fenced, Duration diverged) {
  static final TrainerTiming DEFAULT =
      new TrainerTiming(
          TopicGuard.INTERVAL,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10));

  private static final int MAX_DOUBLINGS = 6;

  /** Returns the pause after this number of divergences. */
  Duration diverged(int times) {
    return diverged.multipliedBy(1L << Math.min(times - 1, MAX_DOUBLINGS));
  }
}
