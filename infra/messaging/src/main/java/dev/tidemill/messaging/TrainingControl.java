package dev.tidemill.messaging;

import dev.tidemill.schemas.ControlCommand;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the commands of operators say about training; the newest of each kind wins.
 *
 * @param pause the command that pauses training; empty if training is not paused
 * @param learningRate the command that multiplies the learning rate; empty if there was none
 */
public record TrainingControl(
    Optional<ControlCommand> pause, Optional<ControlCommand> learningRate) {
  /** Training is not paused, and its learning rate is the schedule's. */
  public static final TrainingControl NONE =
      new TrainingControl(Optional.empty(), Optional.empty());

  /** The largest factor of a learning rate. */
  public static final double MAX_FACTOR = 1000;

  /** Returns what holds after one more command. A factor out of range changes nothing. */
  public TrainingControl after(ControlCommand command) {
    return switch (command.getAction()) {
      case PAUSE -> new TrainingControl(Optional.of(command), learningRate);
      case RESUME -> new TrainingControl(Optional.empty(), learningRate);
      case LEARNING_RATE ->
          isFactor(command.getFactor()) ? new TrainingControl(pause, Optional.of(command)) : this;
      case PIN, UNPIN, CHECKPOINT, ROLLBACK, DELETE -> this;
    };
  }

  /** Returns what multiplies the schedule's learning rate. */
  public double learningRateFactor() {
    return learningRate.map(ControlCommand::getFactor).orElse(1.0);
  }

  /** Whether a learning rate may be multiplied by a number. */
  public static boolean isFactor(@Nullable Double factor) {
    return factor != null && factor > 0 && factor <= MAX_FACTOR;
  }

  /** Returns a sentence that says why a number is no factor of a learning rate. */
  public static String refuse(@Nullable Double factor) {
    return "a factor of the learning rate is above 0 and at most "
        + (long) MAX_FACTOR
        + ", not "
        + factor;
  }
}
