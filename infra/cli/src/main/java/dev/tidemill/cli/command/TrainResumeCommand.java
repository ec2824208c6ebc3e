package dev.tidemill.cli.command;

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
      "Exits with status 1 if no trainer accepts it within 5 s.",
      ""
    })
final class TrainResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Override
  public Integer call() {
    UsageErrors.requireNoParentOptions(spec);
    return ControlClient.ask(spec, connection, ControlChannel::resume);
  }
}
