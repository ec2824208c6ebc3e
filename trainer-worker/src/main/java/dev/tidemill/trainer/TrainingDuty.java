package dev.tidemill.trainer;

import dev.tidemill.runtime.Duty;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The training thread. */
final class TrainingDuty implements Duty {
  private static final long WAIT_MILLIS = 50;

  private final String roleName;
  private final Training training;
  private final ArrivalQueue arrivals;
  private final SnapshotExchange snapshots;
  private volatile boolean finished;
  private boolean broken;

  TrainingDuty(
      String roleName, Training training, ArrivalQueue arrivals, SnapshotExchange snapshots) {
    this.roleName = roleName;
    this.training = training;
    this.arrivals = arrivals;
    this.snapshots = snapshots;
  }

  @Override
  public String roleName() {
    return roleName;
  }

  /** Whether training has ended by itself. Any thread. */
  boolean isFinished() {
    return finished;
  }

  /** Why it has ended before everything that the plan asks for was trained. Any thread. */
  Optional<RuntimeException> failure() {
    return training.failure();
  }

  /** A step's time is known only when steps were made. Any thread. */
  Duration stalledAfter() {
    return training.stalledAfter();
  }

  /** A publisher that is slow has a watch of its own. */
  @Override
  public boolean isWaiting() {
    return snapshots.isAwaited();
  }

  @Override
  public boolean doWork() throws Exception {
    broken = true;
    boolean more = work();
    broken = false;
    finished = !more;
    return more;
  }

  /** A stop between two steps loses nothing; after a failure the model is not to be trusted. */
  @Override
  public void onClose() throws Exception {
    boolean clean = false;
    try {
      if (!broken && !finished) {
        training.stopHere();
      }
      clean = !broken;
    } catch (DivergedException e) {
      snapshots.abandonDiverged();
      throw e;
    } finally {
      // Whatever failed: the publisher is told that nothing more comes, or the term never ends.
      if (!clean) {
        snapshots.abandon();
      }
      snapshots.end();
    }
  }

  private boolean work() throws InterruptedException {
    try {
      if (training.hasStep()) {
        training.step();
        return true;
      }
      @Nullable Arrival arrival = arrivals.poll(WAIT_MILLIS);
      if (arrival == null) {
        return training.idle();
      }
      return training.accept(arrival);
    } catch (DivergedException e) {
      snapshots.abandonDiverged();
      throw e;
    }
  }
}
