package dev.tidemill.cli.command;

import dev.tidemill.cli.option.AnswerOptions;
import dev.tidemill.cli.option.ConnectionOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    header = "Continue training from the weights of an older version.",
    description = {
      "The trainer that leads loads the weights and the optimizer state of the version and publishes"
          + " them as a new version at once. Training continues at the next sample: no sample is"
          + " trained twice. Samples trained since the newest version count as trained, but do not"
          + " affect the weights.",
      "To only serve an older version, use 'models pin'.",
      "Exits with status 1 if no trainer accepts it in time (--timeout).",
      ""
    })
final class ModelsRollbackCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private AnswerOptions answers = new AnswerOptions();

  @Parameters(paramLabel = "VERSION", description = "a version whose payload is retained")
  private long version;

  @Override
  public Integer call() {
    UsageErrors.requireVersion(spec, version);
    return ControlClient.ask(spec, connection, answers, control -> control.rollback(version));
  }
}
