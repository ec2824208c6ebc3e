package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicContract;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.messaging.TopicViolation;
import dev.tidemill.schemas.Topics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    header = "Create the topics of a model that do not exist yet, and check all of them.",
    description = {
      "Prints the names of those that it created. Then reports every setting of topics and brokers"
          + " that Tidemill cannot work with, with the command that fixes it. Status 1 if one is"
          + " left.",
      ""
    })
final class TopicsCreateCommand implements Callable<Integer> {
  private static final TopicPlan STANDARD = TopicPlan.standard();

  /** More partitions of requests, as asked for, may ask for more of predictions. */
  private static final int REPAIRS = 2;

  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--batches-partitions",
      paramLabel = "N",
      description = "partitions of batches (default: 1)")
  private @Nullable Integer batches;

  @Option(
      names = "--requests-partitions",
      paramLabel = "N",
      description = "partitions of requests, predictions and labels (default: 4)")
  private @Nullable Integer requests;

  @Option(
      names = "--replication-factor",
      defaultValue = "-1",
      paramLabel = "N",
      description = "copies of each partition; -1: the brokers' default")
  private int replicationFactor;

  @Option(
      names = "--repair",
      description = "change settings that are wrong, and add partitions that are missing")
  private boolean repair;

  @Override
  public Integer call() {
    TopicPlan plan =
        UsageErrors.valid(
            spec,
            () ->
                new TopicPlan(
                    batches == null ? STANDARD.batchesPartitions() : batches,
                    requests == null ? STANDARD.requestsPartitions() : requests,
                    replicationFactor));
    ModelContext context = ModelContext.of(connection.settings());
    try (TopicAdmin admin = context.openAdmin()) {
      List<String> created = admin.create(context.topics(), plan);
      created.forEach(spec.commandLine().getOut()::println);
      spec.commandLine().getOut().flush();
      err().println(summary(context, created));
      List<TopicViolation> violations = check(context, admin, plan);
      for (int i = 0;
          repair && i < REPAIRS && violations.stream().anyMatch(this::repairable);
          i++) {
        violations.stream().filter(this::repairable).forEach(this::announce);
        admin.repair(context.topics(), violations);
        violations = check(context, admin, plan);
      }
      violations.forEach(violation -> err().println("tidemill: " + violation.sentence()));
      return violations.isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
    }
  }

  private List<TopicViolation> check(ModelContext context, TopicAdmin admin, TopicPlan plan) {
    TopicContract contract = context.contract(TopicRole.OWNER);
    List<TopicViolation> violations = new ArrayList<>(admin.check(contract));
    violations.addAll(
        plan.check(
            admin.describe(context.topics()), asked(), contract.repairCommand() + options()));
    return violations;
  }

  private Set<Topics.Name> asked() {
    Set<Topics.Name> asked = EnumSet.noneOf(Topics.Name.class);
    if (batches != null) {
      asked.add(Topics.Name.BATCHES);
    }
    if (requests != null) {
      asked.add(Topics.Name.REQUESTS);
      asked.add(Topics.Name.LABELS);
    }
    return asked;
  }

  /** What was asked for, to be asked for again. */
  private String options() {
    return (batches == null ? "" : " --batches-partitions " + batches)
        + (requests == null ? "" : " --requests-partitions " + requests);
  }

  private boolean repairable(TopicViolation violation) {
    return violation.repairTo() != null;
  }

  private void announce(TopicViolation violation) {
    err()
        .printf(
            "topics: %s: %s from %s to %s%n",
            violation.topic(), violation.setting(), violation.actual(), violation.repairTo());
  }

  private static String summary(ModelContext context, List<String> created) {
    return created.isEmpty()
        ? "topics: all of model " + context.model() + " are there already"
        : "topics: created " + created.size() + " for model " + context.model();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
