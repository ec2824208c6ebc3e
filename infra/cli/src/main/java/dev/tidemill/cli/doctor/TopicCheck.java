package dev.tidemill.cli.doctor;

import dev.tidemill.cli.rights.PrincipalRole;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicContract;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.messaging.TopicState;
import java.util.ArrayList;
import java.util.List;

/** Examines whether the model's topics exist and meet the topic contract. */
final class TopicCheck implements Check {
  private final ClusterAccess cluster;

  TopicCheck(ClusterAccess cluster) {
    this.cluster = cluster;
  }

  @Override
  public String name() {
    return "topics";
  }

  @Override
  public List<Finding> run() {
    ModelContext context = cluster.context();
    TopicContract contract = context.contract(TopicRole.OWNER);
    List<TopicState> states = cluster.topics().describe(context.topics());
    List<Finding> findings = new ArrayList<>();
    states.stream()
        .filter(state -> !state.exists())
        .map(state -> missing(state, context))
        .forEach(findings::add);
    cluster.topics().check(contract).stream()
        .filter(violation -> violation.topic() != null)
        .map(Finding::of)
        .forEach(findings::add);
    if (findings.isEmpty()) {
      findings.add(
          Finding.ok(
              "%d topics of model %s, all as the topic contract requires"
                  .formatted(states.size(), context.model())));
    }
    cluster.topics().startingWith(PrincipalRole.probeTopics(context.model())).stream()
        .map(this::left)
        .forEach(findings::add);
    return findings;
  }

  private static Finding missing(TopicState state, ModelContext context) {
    return Finding.error(
        "topic " + state.topic() + " does not exist",
        "tidemill topics create --model "
            + context.model()
            + " --bootstrap-server "
            + context.clients().bootstrapServers());
  }

  private Finding left(String topic) {
    return Finding.warning(
        "topic " + topic + " remains from a doctor that was interrupted, unless one runs now",
        "kafka-topics --bootstrap-server "
            + cluster.bootstrapServers()
            + " --delete --topic "
            + topic);
  }
}
