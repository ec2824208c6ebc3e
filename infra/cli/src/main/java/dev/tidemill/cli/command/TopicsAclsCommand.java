package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.rights.PrincipalRole;
import dev.tidemill.cli.rights.Right;
import dev.tidemill.cli.run.ModelContext;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "acls",
    mixinStandardHelpOptions = true,
    header = "Print kafka-acls commands that grant each role exactly what it needs.",
    description = {
      "Changes nothing. Review the output, then pipe it to a shell that has Kafka's tools.",
      ""
    })
final class TopicsAclsCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--principal-prefix",
      defaultValue = "User:tidemill-",
      description =
          "principals are PREFIX + producer, trainer, inference, caller, operator, viewer, replayer,"
              + " doctor (default: ${DEFAULT-VALUE})")
  private String principalPrefix = "";

  @Override
  public void run() {
    ModelContext context = ModelContext.of(connection.settings());
    PrintWriter out = spec.commandLine().getOut();
    for (PrincipalRole role : PrincipalRole.values()) {
      for (Right right : role.rights(context.model(), context.topics())) {
        out.println(
            right.command(context.clients().bootstrapServers(), principalPrefix + role.word()));
      }
    }
    out.flush();
  }
}
