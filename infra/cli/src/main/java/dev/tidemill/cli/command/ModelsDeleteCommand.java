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
    name = "delete",
    mixinStandardHelpOptions = true,
    header = "Remove the payload of a version ahead of retention.",
    description = {
      "The trainer that leads removes weights and optimizer state of the version. Its manifest stays,"
          + " so the lineage is still complete. It rejects the newest version and a pinned one. There"
          + " is no way back.",
      "Exits with status 1 if no trainer accepts it in time (--timeout).",
      ""
    })
final class ModelsDeleteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private AnswerOptions answers = new AnswerOptions();

  @Parameters(paramLabel = "VERSION", description = "a version whose payload is retained")
  private long version;

  @Override
  public Integer call() {
    UsageErrors.requireVersion(spec, version);
    return ControlClient.ask(spec, connection, answers, control -> control.delete(version));
  }
}
