package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.deadletter.DeadLetterActions;
import dev.tidemill.schemas.Topics;
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
          "principals are PREFIX + producer, trainer, inference, caller, operator, viewer, replayer"
              + " (default: ${DEFAULT-VALUE})")
  private String principalPrefix = "";

  @Override
  public void run() {
    ModelContext context = ModelContext.of(connection.settings());
    Topics topics = context.topics();
    String group = "tidemill-" + context.model();
    Acls producer = acls("producer", context);
    producer.topics("read", topics.contract());
    producer.topics(
        "write",
        topics.batches(),
        topics.contract(),
        topics.progress(),
        topics.deadLetters(),
        topics.requests(),
        topics.labels());
    producer.transactionLimits();
    producer.prefixedGroup(group + "-producer-");
    producer.prefixedTransactionalId(group + "-producer-");
    producer.prefixedTransactionalId(group + "-contract");
    Acls trainer = acls("trainer", context);
    trainer.topics(
        "read",
        topics.batches(),
        topics.contract(),
        topics.checkpoints(),
        topics.checkpointChunks(),
        topics.control());
    // Delayed labels show whether served answers become wrong.
    trainer.topics("read", topics.predictions(), topics.labels());
    trainer.topics(
        "write",
        topics.checkpoints(),
        topics.checkpointChunks(),
        topics.progress(),
        topics.control(),
        topics.deadLetters());
    trainer.prefixedGroup(group + "-");
    trainer.prefixedTransactionalId(group + "-trainer");
    trainer.transactionLimits();
    Acls inference = acls("inference", context);
    inference.topics(
        "read",
        topics.requests(),
        topics.contract(),
        topics.checkpoints(),
        topics.checkpointChunks(),
        topics.control());
    // If the group's offsets are lost, predictions show which requests were answered.
    inference.topics("read", topics.predictions());
    inference.topics(
        "write", topics.predictions(), topics.progress(), topics.control(), topics.deadLetters());
    inference.prefixedGroup(group + "-inference");
    inference.prefixedTransactionalId(group + "-inference.");
    inference.transactionLimits();
    Acls caller = acls("caller", context);
    caller.topics("write", topics.requests(), topics.labels());
    caller.topics(
        "read",
        topics.predictions(),
        topics.contract(),
        topics.checkpoints(),
        topics.checkpointChunks(),
        topics.control());
    // Whoever may write to control decides what is trained and served.
    Acls operator = acls("operator", context);
    operator.topics("read", topics.checkpoints(), topics.control());
    operator.topics("write", topics.control());
    Acls viewer = acls("viewer", context);
    for (Topics.Name name : Topics.Name.values()) {
      viewer.topics("read", topics.get(name));
    }
    Acls replayer = acls("replayer", context);
    replayer.topics("read", topics.deadLetters(), topics.control());
    replayer.topics("write", topics.batches(), topics.requests(), topics.control());
    replayer.prefixedTransactionalId(DeadLetterActions.transactionalId(context.model()));
    replayer.transactionLimits();
    spec.commandLine().getOut().flush();
  }

  private Acls acls(String role, ModelContext context) {
    return new Acls(
        spec.commandLine().getOut(), context.clients().bootstrapServers(), principalPrefix + role);
  }

  /** Prints the commands for one principal. */
  private record Acls(PrintWriter out, String bootstrapServers, String principal) {
    void topics(String operation, String... names) {
      for (String name : names) {
        add(
            "--operation "
                + operation
                + " --operation describe --operation DescribeConfigs --topic "
                + name);
      }
    }

    /** Lets a worker read the brokers' transaction timeout limit. */
    void transactionLimits() {
      add("--operation DescribeConfigs --cluster");
    }

    void prefixedGroup(String group) {
      add("--operation read --group " + group + " --resource-pattern-type prefixed");
    }

    void prefixedTransactionalId(String id) {
      add(
          "--operation write --operation describe --transactional-id "
              + id
              + " --resource-pattern-type prefixed");
    }

    private void add(String what) {
      out.println(
          "kafka-acls --bootstrap-server "
              + bootstrapServers
              + " --add --allow-principal "
              + principal
              + " "
              + what);
    }
  }
}
