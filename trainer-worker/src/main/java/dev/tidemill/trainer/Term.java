package dev.tidemill.trainer;

import dev.tidemill.engine.Network;
import dev.tidemill.runtime.DutyPolicy;
import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Supervisor;
import java.time.Duration;
import java.util.Optional;

/**
 * One leader's time: three threads that read, train and publish. It ends by itself when the plan is
 * done, with the failure of any of the threads, or when it is closed or discarded.
 */
final class Term implements AutoCloseable {
  /** For a small state to be published, after the step under way. */
  private static final Duration SHORTEST_CLOSE = Duration.ofSeconds(4);

  /**
   * A command that was asked to end is killed after 10 s. What is left of them is for interrupting
   * what doesn't end, once here and once in the worker.
   */
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(8);

  /** A broker that takes less than this is slow. */
  private static final long SLOW_BYTES_PER_SECOND = 10_000_000;

  private final SnapshotExchange snapshots;
  private final TrainingDuty trainingDuty;
  private final Supervisor threads;
  private final boolean ends;

  /**
   * @param ends whether the plan ends by itself
   */
  Term(
      TrainerContext context,
      ReadingDuty reading,
      TrainingDuty training,
      PublishingDuty publishing,
      SnapshotExchange snapshots,
      boolean ends) {
    this.snapshots = snapshots;
    this.trainingDuty = training;
    this.ends = ends;
    Duration close = closeTimeout(stateBytes(context.job()));
    this.threads = new Supervisor(context.settings().worker(), context.monitor(), close);
    DutyThread unusedPublisher =
        threads.add(
            publishing,
            DutyPolicy.standard()
                .draining()
                .stalledAfter(slowCommit(context))
                .whenEnding(snapshots::abandon));
    DutyThread unusedReader = threads.add(reading, context.settings().healthTimeout());
    // The reader has nobody to read for; the publisher is told by the exchange.
    DutyThread unusedTrainer =
        threads.add(
            training,
            DutyPolicy.standard()
                .stalledAfter(training::stalledAfter)
                // A step and the copy of a snapshot; the rest is for the last publication.
                .closeWithin(close.dividedBy(2))
                .whenEnding(threads::stop));
  }

  /**
   * How long a term may take to close before its threads are interrupted: long enough for a slow
   * broker to take the state, as far as a command's end allows.
   */
  static Duration closeTimeout(long stateBytes) {
    Duration wanted = SHORTEST_CLOSE.plusSeconds(stateBytes / SLOW_BYTES_PER_SECOND);
    return wanted.compareTo(LONGEST_CLOSE) > 0 ? LONGEST_CLOSE : wanted;
  }

  /** Bytes of a version's weights and optimizer state. */
  static long stateBytes(TrainerJob job) {
    return Network.of(job.spec()).stateLayout().length() * Float.BYTES;
  }

  private static Duration slowCommit(TrainerContext context) {
    return context
        .settings()
        .healthTimeout()
        .plusSeconds(stateBytes(context.job()) / SLOW_BYTES_PER_SECOND);
  }

  void start() {
    threads.start();
  }

  Health health() {
    return threads.health();
  }

  /** Whether all threads have ended, or were given up. */
  boolean hasEnded() {
    return threads.hasEnded();
  }

  /** Whether all threads have really ended: none uses the model any more. */
  boolean isOver() {
    return threads.hasEnded() && !threads.hasAbandoned();
  }

  /** Whether all that was trained is published. */
  boolean isPublished() {
    return snapshots.isDrained();
  }

  /** Whether it ended by itself: all that the plan asks for was trained, or {@link #failure}. */
  boolean isFinished() {
    return trainingDuty.isFinished();
  }

  /** Why it failed, by a thread's failure or by what was read. */
  Optional<Throwable> failure() {
    Throwable cause = threads.health().cause();
    return cause == null ? trainingDuty.failure().map(Throwable.class::cast) : Optional.of(cause);
  }

  /** Whether the plan ends by itself. */
  boolean ends() {
    return ends;
  }

  /** Stops after the present step and publishes what it covers. Waits until it is over. */
  @Override
  public void close() {
    threads.close();
  }

  /** Stops after the present step without publishing anything more. Returns at once. */
  void discard() {
    snapshots.abandon();
    threads.discard();
  }
}
