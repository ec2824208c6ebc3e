package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import dev.tidemill.schemas.ControlCommand;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hands operators' commands from the publishing thread, which reads the control topic, to the
 * training thread, which executes them, and the outcomes back.
 */
final class CommandExchange {
  private static final long WAIT_MILLIS = 50;

  /** What became of a command, for the operator. */
  record Outcome(ControlCommand command, boolean accepted, String message) {}

  /**
   * A command for the training thread.
   *
   * @param state the version to roll back to, in the term's network; null for other commands. The
   *     training thread returns it to the {@link SnapshotExchange}.
   */
  record Submitted(ControlCommand command, @Nullable ModelState state) {}

  private final BlockingQueue<Submitted> commands = new LinkedBlockingQueue<>();
  private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();

  /** Submits a command. Publishing thread. */
  void submit(ControlCommand command) {
    commands.add(new Submitted(command, null));
  }

  /** Submits a rollback to a state. Publishing thread. */
  void submit(ControlCommand rollback, ModelState state) {
    commands.add(new Submitted(rollback, state));
  }

  /** Whether a rollback waits for the training thread. */
  boolean hasRollback() {
    return commands.stream().anyMatch(waiting -> waiting.state() != null);
  }

  /** Takes the next command; null if there is none. Training thread. */
  @Nullable Submitted next() {
    return commands.poll();
  }

  /** Takes the next command; null if none arrives soon. Training thread. */
  @Nullable Submitted await() throws InterruptedException {
    return commands.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Submits the outcome of a command. Training thread. */
  void submit(Outcome outcome) {
    outcomes.add(outcome);
  }

  /** Takes the next outcome; null if there is none. Publishing thread. */
  @Nullable Outcome nextOutcome() {
    return outcomes.poll();
  }
}
