package dev.tidemill.trainer;

import dev.tidemill.engine.Network;
import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Supervision;
import dev.tidemill.runtime.Supervisor;
import java.time.Duration;
import java.util.Optional;

/**
 * One leader's time: three threads that read, train and publish. It ends by itself when the plan is
 * done, with the failure of any of the threads, or when it is closed or discarded.
 */
final class Term implements AutoCloseable {
  private static final Duration CLOSE = Duration.ofSeconds(4);

  /** A step and the copy of a snapshot; the rest is for the last publication. */
  private static final Duration STEP_AND_COPY = Duration.ofSeconds(2);

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
    this.threads = new Supervisor(context.settings().worker(), context.monitor(), CLOSE);
    DutyThread unusedPublisher =
        threads.add(
            publishing,
            Supervision.standard()
                .draining()
                .stalledAfter(slowCommit(context))
                .whenEnding(snapshots::abandon));
    DutyThread unusedReader = threads.add(reading);
    // The reader has nobody to read for; the publisher is told by the exchange.
    DutyThread unusedTrainer =
        threads.add(
            training, Supervision.standard().closeWithin(STEP_AND_COPY).whenEnding(threads::stop));
  }

  private static Duration slowCommit(TrainerContext context) {
    long bytes = Network.of(context.job().spec()).stateLayout().length() * Float.BYTES;
    return context.settings().healthTimeout().plusSeconds(bytes / SLOW_BYTES_PER_SECOND);
  }

  void start() {
    threads.start();
  }

  Health health() {
    return threads.health();
  }

  /** Whether all threads have ended. */
  boolean isOver() {
    return threads.hasEnded();
  }

  /** Whether a thread was given up that may still use the model. */
  boolean hasAbandoned() {
    return threads.hasAbandoned();
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
