package dev.tidemill.cli.command;

import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Function;

/** Reads which version is pinned, and sends pin commands. */
final class PinControl {
  private static final Duration OUTCOMES = Duration.ofSeconds(5);

  private PinControl() {}

  /** Returns the pinned version; 0 if none is. */
  static long current(ModelContext context) {
    try (ControlChannel control = open(context)) {
      control.catchUp();
      return control.pinned().asOptional().orElse(0);
    }
  }

  /**
   * Sends a command and prints the workers' answers. Waits up to five seconds for the first one.
   *
   * @return whether no worker rejected the command
   */
  static boolean ask(
      ModelContext context, Function<ControlChannel, ControlCommand> ask, PrintWriter out) {
    try (ControlChannel control = open(context)) {
      control.catchUp();
      String command = ask.apply(control).getCommandId();
      int accepted = 0;
      int refused = 0;
      long deadline = System.nanoTime() + OUTCOMES.toNanos();
      while (accepted + refused == 0 && System.nanoTime() < deadline) {
        for (ControlEvent event : control.poll(Duration.ofMillis(200))) {
          if (event.getEvent() instanceof ControlOutcome outcome
              && outcome.getCommandId().equals(command)) {
            out.println(outcome.getWorker() + ": " + outcome.getMessage());
            accepted += outcome.getAccepted() ? 1 : 0;
            refused += outcome.getAccepted() ? 0 : 1;
          }
        }
      }
      if (accepted + refused == 0) {
        out.println(
            "no worker answered; workers that start later read the command from "
                + context.topics().control());
      }
      out.flush();
      return refused == 0;
    }
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
