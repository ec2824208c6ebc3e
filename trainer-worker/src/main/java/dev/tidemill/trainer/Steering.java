package dev.tidemill.trainer;

import dev.tidemill.messaging.TrainingControl;
import dev.tidemill.schemas.ControlCommand;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Executes the commands of operators that steer training. Training thread. */
final class Steering {
  private final CommandExchange commands;
  private final TrainerListener listener;
  private volatile Optional<ControlCommand> pause;

  /**
   * @param begin what holds when the term begins
   */
  Steering(CommandExchange commands, TrainingControl begin, TrainerListener listener) {
    this.commands = commands;
    this.listener = listener;
    this.pause = begin.pause();
    pause.ifPresent(command -> listener.onNotice(describe(command)));
  }

  /** Returns why training is paused, as a sentence; empty if it is not. Any thread. */
  Optional<String> pause() {
    return pause.map(Steering::describe);
  }

  /** Executes the commands that have arrived. Call it between two steps. */
  void execute() {
    for (ControlCommand next = commands.next(); next != null; next = commands.next()) {
      execute(next);
    }
  }

  /** Waits a short time for a command, and executes it. */
  void await() throws InterruptedException {
    @Nullable ControlCommand next = commands.await();
    if (next != null) {
      execute(next);
    }
  }

  private void execute(ControlCommand command) {
    switch (command.getAction()) {
      case PAUSE -> pause(command);
      case RESUME -> resume(command);
      case PIN, UNPIN, CHECKPOINT, ROLLBACK, LEARNING_RATE ->
          throw new IllegalArgumentException(command.getAction() + " does not steer training");
    }
  }

  private void pause(ControlCommand command) {
    pause = Optional.of(command);
    String sentence = describe(command);
    listener.onNotice(sentence);
    accept(command, sentence);
  }

  private void resume(ControlCommand command) {
    boolean paused = pause.isPresent();
    pause = Optional.empty();
    String sentence =
        paused
            ? "training continues (resumed by " + command.getOperator() + ")"
            : "training was not paused";
    if (paused) {
      listener.onNotice(sentence);
    }
    accept(command, sentence);
  }

  private void accept(ControlCommand command, String message) {
    commands.submit(new CommandExchange.Outcome(command, true, message));
  }

  private static String describe(ControlCommand pause) {
    return "training is paused (by "
        + pause.getOperator()
        + " since "
        + pause.getCreatedAt().truncatedTo(ChronoUnit.SECONDS)
        + ")";
  }
}
