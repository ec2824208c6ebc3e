package dev.tidemill.cli.command;

import dev.tidemill.cli.option.AnswerOptions;
import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicRole;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "pin",
    mixinStandardHelpOptions = true,
    header = "Serve one version until it is unpinned, and retain its payload.",
    description = {
      "Sends the command to the inference workers on the control topic and prints their answers."
          + " Workers that start later obey it too. Exits with status 1 if a worker rejects it.",
      ""
    })
final class ModelsPinCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private AnswerOptions answers = new AnswerOptions();

  @Parameters(paramLabel = "VERSION", description = "the version to serve")
  private long version;

  @Override
  public Integer call() {
    ModelContext context = ModelContext.of(connection.settings());
    context.require(TopicRole.OPERATOR);
    if (!readable(context)) {
      throw new IllegalStateException(
          "model " + context.model() + " has no version " + version + " with a retained payload");
    }
    return ControlClient.ask(
        context, answers, control -> control.pin(version), spec.commandLine().getOut());
  }

  private boolean readable(ModelContext context) {
    return new ModelVersions(context).lineage().withPayload(version).isPresent();
  }
}
