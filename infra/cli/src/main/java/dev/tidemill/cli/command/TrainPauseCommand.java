package dev.tidemill.cli.command;

import dev.tidemill.cli.option.AnswerOptions;
import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.messaging.ControlChannel;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    header = "Stop training after the running step, until it is resumed.",
    description = {
      "The trainer that leads keeps its state and publishes what it has trained when a version is"
          + " due. The command also holds for trainers that start or take over later.",
      "Records wait on the log: its retention must be longer than the pause.",
      "Exits with status 1 if no trainer accepts it in time (--timeout).",
      ""
    })
final class TrainPauseCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private AnswerOptions answers = new AnswerOptions();

  @Override
  public Integer call() {
    UsageErrors.requireNoParentOptions(spec);
    return ControlClient.ask(spec, connection, answers, ControlChannel::pause);
  }
}
