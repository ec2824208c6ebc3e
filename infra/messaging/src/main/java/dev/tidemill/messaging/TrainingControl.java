package dev.tidemill.messaging;

import dev.tidemill.schemas.ControlCommand;
import java.util.Optional;

/**
 * What the commands of operators say about training; the newest of each kind wins.
 *
 * @param pause the command that pauses training; empty if training is not paused
 */
public record TrainingControl(Optional<ControlCommand> pause) {
  /** Training is not paused. */
  public static final TrainingControl NONE = new TrainingControl(Optional.empty());

  /** Returns what holds after one more command. */
  public TrainingControl after(ControlCommand command) {
    return switch (command.getAction()) {
      case PAUSE -> new TrainingControl(Optional.of(command));
      case RESUME -> new TrainingControl(Optional.empty());
      case PIN, UNPIN, CHECKPOINT, ROLLBACK, LEARNING_RATE -> this;
    };
  }
}
