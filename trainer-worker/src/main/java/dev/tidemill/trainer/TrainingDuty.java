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

  /** Whether training ended by itself. Any thread. */
  boolean isFinished() {
    return finished;
  }

  /** Whether training ended because the next term needs another network or model. Any thread. */
  boolean needsNewTerm() {
    return training.needsNewTerm();
  }

  /** Returns why training ended before its plan was done; empty otherwise. Any thread. */
  Optional<RuntimeException> failure() {
    return training.failure();
  }

  /** Returns why training is paused, as a sentence; empty if it is not. Any thread. */
  Optional<String> pause() {
    return training.pause();
  }

  /** Returns the time after which a running step counts as stalled. Any thread. */
  Duration stalledAfter() {
    return training.stalledAfter();
  }

  /** Waiting for the publisher is no stall of this duty; the publisher is watched separately. */
  @Override
  public boolean isWaiting() {
    return snapshots.isAwaited();
  }

  @Override
  public boolean doWork() throws Exception {
    broken = true;
    boolean more = work();
    more &= !training.hasRestarted();
    broken = false;
    finished = !more;
    return more;
  }

  /** Submits what was trained, unless a failure may have left the model inconsistent. */
  @Override
  public void onClose() throws Exception {
    boolean clean = false;
    try {
      if (!broken && !finished) {
        training.submitRest();
      }
      clean = !broken;
    } catch (DivergedException e) {
      snapshots.abandonDiverged();
      throw e;
    } finally {
      // End the exchange after any failure, or the publisher waits and the term never ends.
      if (!clean) {
        snapshots.abandon();
      }
      snapshots.end();
    }
  }

  private boolean work() throws InterruptedException {
    try {
      training.executeCommands();
      if (training.hasRestarted()) {
        return false;
      }
      if (training.pause().isPresent()) {
        training.awaitCommand();
        return true;
      }
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
