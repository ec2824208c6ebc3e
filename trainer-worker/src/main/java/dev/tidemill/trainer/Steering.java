package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.TrainingControl;
import dev.tidemill.schemas.ControlCommand;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Executes the commands of operators that steer training. Training thread. */
final class Steering {
  private final CommandExchange commands;
  private final LearningRate rate;
  private final Learner learner;
  private final CheckpointSubmitter submitter;
  private final TrainerListener listener;
  private volatile Optional<ControlCommand> pause;

  /**
   * @param begin what holds when the term begins
   */
  Steering(
      CommandExchange commands,
      TrainingControl begin,
      LearningRate rate,
      Learner learner,
      CheckpointSubmitter submitter,
      TrainerListener listener) {
    this.commands = commands;
    this.rate = rate;
    this.learner = learner;
    this.submitter = submitter;
    this.listener = listener;
    this.pause = begin.pause();
    pause.ifPresent(command -> listener.onNotice(describe(command)));
  }

  /** Returns why training is paused, as a sentence; empty if it is not. Any thread. */
  Optional<String> pause() {
    return pause.map(Steering::describe);
  }

  /**
   * Executes the commands that have arrived. Call it between two steps. After a restart, the next
   * term executes what is left.
   *
   * @param drained receives the metric sums that are read for a version
   */
  void execute(Consumer<MetricSums> drained) throws InterruptedException {
    while (!submitter.hasRestarted()) {
      CommandExchange.@Nullable Submitted next = commands.next();
      if (next == null) {
        return;
      }
      execute(next, drained);
    }
  }

  /** Waits a short time for a command, and executes it. */
  void await(Consumer<MetricSums> drained) throws InterruptedException {
    if (submitter.hasRestarted()) {
      return;
    }
    CommandExchange.@Nullable Submitted next = commands.await();
    if (next != null) {
      execute(next, drained);
    }
  }

  private void execute(CommandExchange.Submitted submitted, Consumer<MetricSums> drained)
      throws InterruptedException {
    ControlCommand command = submitted.command();
    switch (command.getAction()) {
      case PAUSE -> pause(command);
      case RESUME -> resume(command);
      case CHECKPOINT -> checkpoint(command, drained);
      case LEARNING_RATE -> learningRate(command, drained);
      case ROLLBACK -> rollBack(command, Objects.requireNonNull(submitted.state()), drained);
      case PIN, UNPIN, DELETE ->
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

  /** The publishing thread reports the outcome of a version, once it is committed. */
  private void checkpoint(ControlCommand command, Consumer<MetricSums> drained)
      throws InterruptedException {
    if (!submitter.submitFor(command, drained)) {
      reject(command, "no sample was trained since the last version");
    }
  }

  /** The publishing thread reports the outcome once the new version is committed. */
  private void rollBack(ControlCommand command, ModelState to, Consumer<MetricSums> drained)
      throws InterruptedException {
    listener.onNotice(
        "training continues from the weights of version "
            + command.getVersion()
            + " (by "
            + command.getOperator()
            + ")");
    submitter.submitRollback(command, to, drained);
    // A boost ends with the weights that it was for.
    rate.follow();
  }

  /**
   * Publishes a version first if samples were trained with the factor before: a trainer that
   * continues from it changes the factor at the same sample. The publishing thread then reports the
   * outcome, once that version is committed.
   */
  private void learningRate(ControlCommand command, Consumer<MetricSums> drained)
      throws InterruptedException {
    Double factor = command.getFactor();
    if (!TrainingControl.isFactor(factor)) {
      reject(command, TrainingControl.refuse(factor));
      return;
    }
    boolean submitted = rate.changes(factor) && submitter.submitFor(command, drained);
    rate.set(factor, command);
    if (!submitted) {
      accept(command, "the learning rate is " + learner.learningRate() + ", " + rate.describe());
    }
  }

  private void reject(ControlCommand command, String message) {
    commands.submit(new CommandExchange.Outcome(command, false, message));
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
