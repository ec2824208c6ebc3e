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
    header = "Create a model's missing topics, and check all of its topics.",
    description = {
      "Prints the names of the topics that it creates. Then reports every topic or broker setting"
          + " that Tidemill cannot work with, and the command that fixes it. Exits with status 1 if"
          + " such a setting remains.",
      ""
    })
final class TopicsCreateCommand implements Callable<Integer> {
  private static final TopicPlan STANDARD = TopicPlan.standard();

  /** Adding partitions to requests can make a second repair, of predictions, necessary. */
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
      description = "replicas of each partition; -1 uses the brokers' default (default: -1)")
  private int replicationFactor;

  @Option(names = "--repair", description = "correct wrong settings and add missing partitions")
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

  /** This call's partition options, for the repair command that a message suggests. */
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
        ? "topics: all topics of model " + context.model() + " already exist"
        : "topics: created " + created.size() + " for model " + context.model();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
