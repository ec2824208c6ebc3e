package dev.tidemill.trainer;

import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import java.time.Duration;
import java.util.List;

/**
 * One leader's time: three threads that read, train and publish. It ends by itself when the plan is
 * done, with the failure of any of the threads, or when it is closed or discarded.
 */
final class Term implements AutoCloseable {
  private static final Duration STEP_AND_COPY = Duration.ofSeconds(2);
  private static final Duration LAST_PUBLICATION = Duration.ofMillis(2_500);

  private final SnapshotExchange snapshots;
  private final TrainingDuty trainingDuty;
  private final DutyThread reading;
  private final DutyThread training;
  private final DutyThread publishing;

  Term(
      ReadingDuty reading,
      TrainingDuty training,
      PublishingDuty publishing,
      SnapshotExchange snapshots) {
    this.snapshots = snapshots;
    this.trainingDuty = training;
    this.reading = new DutyThread(reading, this::afterReading);
    this.training = new DutyThread(training, this::afterTraining);
    this.publishing = new DutyThread(publishing, this::afterPublishing);
  }

  void start() {
    publishing.start();
    training.start();
    reading.start();
  }

  /** The worst of the threads that have not just ended; stopped when all have. */
  Health health() {
    return Health.worst(
        all().stream()
            .map(DutyThread::health)
            .filter(health -> health.state() != Health.State.STOPPED)
            .toList());
  }

  /** Whether all threads have ended. */
  boolean isOver() {
    return all().stream().allMatch(DutyThread::hasEnded);
  }

  /** Whether everything that the plan asks for has been trained. */
  boolean isFinished() {
    return trainingDuty.isFinished();
  }

  /** Stops after the present step and publishes what it covers. */
  @Override
  public void close() {
    reading.stop();
    training.close(STEP_AND_COPY);
    // It ends by itself, when the last snapshot is committed.
    if (!hasEndedWithin(publishing, LAST_PUBLICATION)) {
      discard();
    }
    reading.close();
  }

  /** Stops without publishing anything more: another trainer leads. */
  void discard() {
    snapshots.abandon();
    all().forEach(DutyThread::stop);
    all().forEach(thread -> thread.close(STEP_AND_COPY));
  }

  private List<DutyThread> all() {
    return List.of(publishing, training, reading);
  }

  private void afterReading() {
    if (!reading.health().isAlive()) {
      training.stop();
    }
  }

  private void afterTraining() {
    // The duty has told the exchange that no further snapshot comes: publishing ends by itself.
    reading.stop();
  }

  private void afterPublishing() {
    snapshots.abandon();
    training.stop();
    reading.stop();
  }

  private static boolean hasEndedWithin(DutyThread thread, Duration atMost) {
    try {
      return thread.awaitEnd(atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
