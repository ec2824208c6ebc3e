package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.output.ResultRow;
import dev.tidemill.cli.output.Table;
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
    name = "describe",
    mixinStandardHelpOptions = true,
    header = "Show a model's topics as the brokers have them.",
    description = {
      "For each topic: whether it exists, its partitions, replication factor and configs.",
      ""
    })
final class TopicsDescribeCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(names = "--json", description = "print one JSON object per line")
  private boolean json;

  @Override
  public void run() {
    ModelContext context = ModelContext.of(connection.settings());
    PrintWriter out = spec.commandLine().getOut();
    try (TopicAdmin admin = context.openAdmin()) {
      List<TopicState> states = admin.describe(context.topics());
      if (json) {
        states.forEach(state -> out.println(row(state).toJson()));
      } else {
        Table.print(out, states.stream().map(TopicsDescribeCommand::row).toList());
      }
    }
    out.flush();
  }

  private static ResultRow row(TopicState state) {
    return new ResultRow()
        .with("topic", state.topic())
        .with("exists", state.exists())
        .with("partitions", state.partitions())
        .with("replication_factor", state.replicationFactor())
        .with("configs", new TreeMap<>(state.configs()));
  }
}
