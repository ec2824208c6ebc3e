package dev.tidemill.trainer;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.runtime.DutyPolicy;
import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Supervisor;
import dev.tidemill.trainer.labels.LabelDuty;
import java.time.Duration;
import java.util.Optional;

/**
 * One term of a leader: three threads that read, train and publish, and one that reads delayed
 * labels. It ends when its plan is done, when a thread fails, or when it is closed or discarded.
 */
final class Term implements AutoCloseable, LeaderTerms.Discardable {
  /** Close timeout of a small state: time to end the running step and publish. */
  private static final Duration SHORTEST_CLOSE = Duration.ofSeconds(4);

  /**
   * Maximum close timeout. A command that is asked to stop is killed after 10 s. The rest of that
   * time is for interrupting threads that do not end, here and in the worker.
   */
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(8);

  /** Throughput of a slow broker, from which timeouts are derived. */
  private static final long SLOW_BYTES_PER_SECOND = 10_000_000;

  private final SnapshotExchange snapshots;
  private final TrainingDuty trainingDuty;
  private final PublishingDuty publishingDuty;
  private final Supervisor threads;
  private final boolean ends;

  /**
   * @param stateBytes bytes of a version's weights and optimizer state
   * @param labels empty if no drift is watched
   * @param ends whether the plan ends by itself
   */
  Term(
      TrainerContext context,
      long stateBytes,
      ReadingDuty reading,
      TrainingDuty training,
      PublishingDuty publishing,
      Optional<LabelDuty> labels,
      SnapshotExchange snapshots,
      boolean ends) {
    this.snapshots = snapshots;
    this.trainingDuty = training;
    this.publishingDuty = publishing;
    this.ends = ends;
    Duration close = closeTimeout(stateBytes);
    this.threads = new Supervisor(context.settings().worker(), context.monitor(), close);
    DutyThread unusedPublisher =
        threads.add(
            publishing,
            DutyPolicy.standard()
                .draining()
                .stalledAfter(slowCommit(context, stateBytes))
                .whenEnding(snapshots::abandon));
    DutyThread unusedReader = threads.add(reading, context.settings().healthTimeout());
    labels.ifPresent(
        duty -> {
          DutyThread unusedLabels = threads.add(duty, context.settings().healthTimeout());
        });
    // When training ends, the reader is no longer needed; the exchange informs the publisher.
    DutyThread unusedTrainer =
        threads.add(
            training,
            DutyPolicy.standard()
                .stalledAfter(training::stalledAfter)
                // For a step and a snapshot copy; the other half is for the last publication.
                .closeWithin(close.dividedBy(2))
                .whenEnding(threads::stop));
  }

  /**
   * Returns how long a term may take to close before its threads are interrupted. The time lets a
   * slow broker take the state, but stays below the time that a command has to stop.
   */
  static Duration closeTimeout(long stateBytes) {
    Duration wanted = SHORTEST_CLOSE.plusSeconds(stateBytes / SLOW_BYTES_PER_SECOND);
    return wanted.compareTo(LONGEST_CLOSE) > 0 ? LONGEST_CLOSE : wanted;
  }

  /** Returns the bytes of a version's weights and optimizer state. */
  static long stateBytes(ModelSpec spec) {
    return Network.of(spec).stateLayout().length() * Float.BYTES;
  }

  private static Duration slowCommit(TrainerContext context, long stateBytes) {
    return context.settings().healthTimeout().plusSeconds(stateBytes / SLOW_BYTES_PER_SECOND);
  }

  void start() {
    threads.start();
  }

  Health health() {
    return threads.health();
  }

  /** Whether all threads have ended or were abandoned. */
  boolean hasEnded() {
    return threads.hasEnded();
  }

  /** Whether all threads have ended and none was abandoned, so that none uses the model. */
  @Override
  public boolean isOver() {
    return threads.hasEnded() && !threads.hasAbandoned();
  }

  /** Whether everything that was trained is published. */
  boolean isPublished() {
    return snapshots.isDrained();
  }

  /** Whether training ended by itself: its plan is done, or {@link #failure} says why not. */
  boolean isFinished() {
    return trainingDuty.isFinished();
  }

  /** Whether training ended because the next term needs another network or model. */
  boolean needsNewTerm() {
    return trainingDuty.needsNewTerm();
  }

  /** Returns why training is paused, as a sentence; empty if it is not. */
  Optional<String> pause() {
    return trainingDuty.pause();
  }

  /** Returns which commands the next term has to answer. Call it when this one is over. */
  OperatorCommands.Unanswered unanswered() {
    return publishingDuty.unanswered();
  }

  /** Returns why the term failed: a failed thread, or records that cannot be trained. */
  Optional<Throwable> failure() {
    Throwable cause = threads.health().cause();
    return cause == null ? trainingDuty.failure().map(Throwable.class::cast) : Optional.of(cause);
  }

  /** Whether the plan ends by itself. */
  boolean ends() {
    return ends;
  }

  /** Stops after the running step and publishes what was trained. Waits for the end. */
  @Override
  public void close() {
    threads.close();
  }

  /** Stops after the running step without publishing anything more. Returns at once. */
  @Override
  public void discard() {
    snapshots.abandon();
    threads.discard();
  }
}
