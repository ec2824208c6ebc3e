package dev.tidemill.trainer;

import dev.tidemill.schemas.ControlCommand;
import java.util.ArrayList;
import java.util.List;
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

  private final BlockingQueue<ControlCommand> commands = new LinkedBlockingQueue<>();
  private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();

  /** Submits a command. Publishing thread. */
  void submit(ControlCommand command) {
    commands.add(command);
  }

  /** Takes the next command; null if there is none. Training thread. */
  @Nullable ControlCommand next() {
    return commands.poll();
  }

  /** Takes the next command; null if none arrives soon. Training thread. */
  @Nullable ControlCommand await() throws InterruptedException {
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

  /** Returns the commands that nobody has taken. */
  List<ControlCommand> waiting() {
    return new ArrayList<>(commands);
  }
}
