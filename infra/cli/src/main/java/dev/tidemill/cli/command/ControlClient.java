package dev.tidemill.cli.command;

import dev.tidemill.cli.option.AnswerOptions;
import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;

/** Sends commands of an operator, and reads which version they pin. */
final class ControlClient {
  private static final Duration AT_ONCE = Duration.ofSeconds(5);

  /** A large model's weights take a while to commit. */
  private static final Duration AFTER_COMMIT = Duration.ofSeconds(60);

  private ControlClient() {}

  /** Returns the pinned version; 0 if none is. */
  static long pinned(ModelContext context) {
    try (ControlChannel control = open(context)) {
      control.catchUp();
      return control.pinned().asOptional().orElse(0);
    }
  }

  /** Checks the topics, sends a command and prints the answers; returns the exit status. */
  static int ask(
      CommandSpec spec,
      ConnectionOptions connection,
      AnswerOptions answers,
      Function<ControlChannel, ControlCommand> command) {
    ModelContext context = ModelContext.of(connection.settings());
    context.require(TopicRole.OPERATOR);
    return ask(context, answers, command, spec.commandLine().getOut());
  }

  /**
   * Sends a command and prints the workers' answers. Waits for the first one.
   *
   * @return the exit status: whether no worker rejected the command, and a trainer accepted it
   *     unless it concerns inference workers, too
   */
  static int ask(
      ModelContext context,
      AnswerOptions answers,
      Function<ControlChannel, ControlCommand> ask,
      PrintWriter out) {
    try (ControlChannel control = open(context)) {
      control.catchUp();
      ControlCommand command = ask.apply(control);
      int accepted = 0;
      int refused = 0;
      Duration atMost = answers.timeout().orElseGet(() -> atMost(command.getAction()));
      long deadline = System.nanoTime() + atMost.toNanos();
      while (accepted + refused == 0 && System.nanoTime() < deadline) {
        for (ControlEvent event : control.poll(Duration.ofMillis(200))) {
          if (event.getEvent() instanceof ControlOutcome outcome
              && outcome.getCommandId().equals(command.getCommandId())) {
            out.println(outcome.getWorker() + ": " + outcome.getMessage());
            accepted += outcome.getAccepted() ? 1 : 0;
            refused += outcome.getAccepted() ? 0 : 1;
          }
        }
      }
      boolean answered = accepted + refused > 0;
      if (!answered) {
        out.println(unanswered(command.getAction(), atMost, context.topics().control()));
      }
      out.flush();
      return refused == 0 && (answered || needsNoAnswer(command.getAction()))
          ? ExitStatus.DONE
          : ExitStatus.FAILED;
    }
  }

  private static Duration atMost(ControlAction action) {
    return switch (action) {
      case CHECKPOINT, ROLLBACK, DELETE, LEARNING_RATE -> AFTER_COMMIT;
      case PIN, UNPIN, PAUSE, RESUME -> AT_ONCE;
    };
  }

  /** Whether the command is done once it is on the log, because each worker reads it there. */
  private static boolean needsNoAnswer(ControlAction action) {
    return action == ControlAction.PIN || action == ControlAction.UNPIN;
  }

  private static String unanswered(ControlAction action, Duration atMost, String topic) {
    String none = "no trainer answered within " + atMost.toSeconds() + " s; ";
    return switch (action) {
      case PIN, UNPIN ->
          "no worker answered; workers that start later read the command from " + topic;
      case PAUSE, RESUME, LEARNING_RATE ->
          none + "the command holds for the next trainer that leads";
      case CHECKPOINT, ROLLBACK, DELETE ->
          none
              + "a trainer that leads now may still execute the command, but one that leads later"
              + " will not";
    };
  }

  private static ControlChannel open(ModelContext context) {
    return ControlChannel.open(
        context.clients(),
        "tidemill-" + context.model() + "-operator",
        context.codec(),
        context.topics().control(),
        context.model());
  }
}
