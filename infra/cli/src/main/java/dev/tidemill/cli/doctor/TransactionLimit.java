package dev.tidemill.cli.doctor;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.messaging.BrokerConfigs;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicState;
import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.Optional;

/** Whether the brokers allow transactions that are as long as the model's checkpoints need. */
record TransactionLimit(ClusterAccess cluster) {
  private static final String SETTING = "transaction.max.timeout.ms";

  Finding finding() {
    Optional<Duration> longest = BrokerConfigs.longestTransaction(cluster.admin());
    return longest.isEmpty()
        ? Finding.notChecked(
            SETTING + ": the right DescribeConfigs on the cluster is missing", cluster.howToGrant())
        : finding(longest.get(), needed());
  }

  /**
   * @param longest what the brokers allow
   * @param needed empty if the model has no version
   */
  static Finding finding(Duration longest, Optional<Duration> needed) {
    return needed.isPresent() && longest.compareTo(needed.get()) < 0
        ? Finding.error(
            "%s is %d, must be at least %d for the model's checkpoints"
                .formatted(SETTING, longest.toMillis(), needed.get().toMillis()),
            "set %s=%d in each broker's server.properties and restart it"
                .formatted(SETTING, needed.get().toMillis()))
        : Finding.ok(SETTING + " is " + longest.toMillis());
  }

  private Optional<Duration> needed() {
    ModelContext context = cluster.context();
    return exists(cluster.topics(), context.topics())
        ? Lineage.read(context.clients(), context.codec(), context.topics(), cluster.clientId())
            .newest()
            .map(newest -> Network.of(ModelSpec.parse(newest.getSpec())))
            .map(network -> CheckpointPublisher.openAtMost(network.stateLayout()))
        : Optional.empty();
  }

  private static boolean exists(TopicAdmin admin, Topics topics) {
    return admin.describe(topics).stream()
        .filter(topic -> topic.name() == Topics.Name.CHECKPOINTS)
        .anyMatch(TopicState::exists);
  }
}
