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
    name = "unpin",
    mixinStandardHelpOptions = true,
    header = "Serve the newest version again.",
    description = {"Undoes pin for all inference workers of the model.", ""})
final class ModelsUnpinCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private AnswerOptions answers = new AnswerOptions();

  @Override
  public Integer call() {
    return ControlClient.ask(spec, connection, answers, ControlChannel::unpin);
  }
}
