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
    name = "checkpoint-now",
    mixinStandardHelpOptions = true,
    header = "Publish a version of what was trained since the last one.",
    description = {
      "The trainer answers once the version is committed. It rejects the command if nothing was"
          + " trained since the last version. A trainer that leads later does not execute it.",
      "Exits with status 1 if no trainer accepts it in time (--timeout).",
      ""
    })
final class TrainCheckpointNowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private AnswerOptions answers = new AnswerOptions();

  @Override
  public Integer call() {
    UsageErrors.requireNoParentOptions(spec);
    return ControlClient.ask(spec, connection, answers, ControlChannel::checkpoint);
  }
}
