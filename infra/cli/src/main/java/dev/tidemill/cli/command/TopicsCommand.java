package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.output.ResultRow;
import dev.tidemill.cli.output.Table;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicState;
import java.io.PrintWriter;
import java.util.List;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    header = "Create and describe a model's topics.",
    description = {
      "A model owns nine topics, <prefix>.<model>.batches and so on. Nothing is created behind your"
          + " back: the workers end with a clear error where a topic is missing.",
      ""
    },
    subcommands = {TopicsCreateCommand.class, TopicsAclsCommand.class})
final class TopicsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw UsageErrors.subcommand(spec);
  }

  @Command(
      name = "describe",
      mixinStandardHelpOptions = true,
      header = "Show a model's topics as the brokers have them.",
      description = {"Whether each is there, its partitions, copies and settings.", ""})
  int describe(
      @Mixin ConnectionOptions connection,
      @Option(names = "--json", description = "one object a line") boolean json) {
    ModelContext site = ModelContext.of(connection.given());
    try (TopicAdmin admin = site.reachedAdmin()) {
      List<TopicState> states = admin.describe(site.topics());
      if (json) {
        states.forEach(state -> out().println(row(state).toJson()));
      } else {
        Table.print(out(), states.stream().map(TopicsCommand::row).toList());
      }
    }
    out().flush();
    return ExitStatus.DONE;
  }

  private static ResultRow row(TopicState state) {
    return new ResultRow()
        .with("topic", state.topic())
        .with("exists", state.exists())
        .with("partitions", state.partitions())
        .with("replication_factor", state.replicationFactor())
        .with("configs", new TreeMap<>(state.configs()));
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
