package dev.tidemill.cli.command;

import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Function;

/** What is pinned, and asking for it. */
final class PinControl {
  private static final Duration OUTCOMES = Duration.ofSeconds(5);

  private PinControl() {}

  /** The version that is pinned; 0 for none. */
  static long current(ModelContext context) {
    try (ControlChannel control = open(context)) {
      control.catchUp();
      return control.pinned().asOptional().orElse(0);
    }
  }

  /**
   * Sends a command, and prints what the workers tell of it until the first has done so and no more
   * comes, or nobody did in time.
   *
   * @return whether at least one worker took it and none refused
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
        out.println("no worker runs; the command waits on " + context.topics().control());
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
