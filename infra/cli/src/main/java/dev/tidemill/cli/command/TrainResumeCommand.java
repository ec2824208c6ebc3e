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
    name = "resume",
    mixinStandardHelpOptions = true,
    header = "Continue training that was paused.",
    description = {
      "Training continues at the next sample. The command also holds for trainers that start later.",
      "Exits with status 1 if no trainer accepts it in time (--timeout).",
      ""
    })
final class TrainResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private AnswerOptions answers = new AnswerOptions();

  @Override
  public Integer call() {
    UsageErrors.requireNoParentOptions(spec);
    return ControlClient.ask(spec, connection, answers, ControlChannel::resume);
  }
}
