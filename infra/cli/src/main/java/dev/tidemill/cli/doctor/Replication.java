package dev.tidemill.cli.doctor;

import dev.tidemill.messaging.TopicState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The replication of a model's topics. Talks to no broker.
 *
 * @param brokers that run
 */
record Replication(
    List<TopicState> topics, List<Partition> partitions, int brokers, String bootstrapServers) {

  /**
   * A partition.
   *
   * @param led whether it has a leader
   * @param inSync replicas that are in sync
   */
  record Partition(String topic, int number, boolean led, int inSync, int replicas) {
    String name() {
      return topic + "-" + number;
    }
  }

  List<Finding> findings() {
    if (topics.isEmpty()) {
      return List.of(Finding.notChecked("the model has no topics", null));
    }
    List<Finding> findings = new ArrayList<>();
    partitions(findings);
    if (brokers > 1) {
      copies(findings);
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok(summary()));
    }
    return findings;
  }

  private void partitions(List<Finding> findings) {
    String fix = "start the brokers that are down (see brokers), and wait until they catch up";
    List<String> offline = named(partition -> !partition.led());
    List<String> refusing =
        named(partition -> partition.led() && partition.inSync() < fewestForWrites(partition));
    List<String> behind =
        named(
            partition ->
                partition.led()
                    && partition.inSync() >= fewestForWrites(partition)
                    && partition.inSync() < partition.replicas());
    if (!offline.isEmpty()) {
      findings.add(Finding.error("no leader for " + all("partition", offline), fix));
    }
    if (!refusing.isEmpty()) {
      findings.add(
          Finding.error(
              "fewer in-sync replicas than min.insync.replicas, so that writes fail, in "
                  + all("partition", refusing),
              fix));
    }
    if (!behind.isEmpty()) {
      findings.add(
          Finding.warning("not every replica is in sync in " + all("partition", behind), fix));
    }
  }

  private void copies(List<Finding> findings) {
    List<String> single = topics(topic -> topic.replicationFactor() < 2);
    List<String> unsafe =
        topics(topic -> topic.replicationFactor() > 2 && minInSync(topic.topic()) < 2);
    List<String> unclean =
        topics(
            topic ->
                topic.replicationFactor() > 1
                    && setting(topic, TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false")
                        .equals("true"));
    if (!single.isEmpty()) {
      findings.add(
          Finding.warning(
              "replication factor 1 on %d brokers, so that the loss of one loses data, for %s"
                  .formatted(brokers, all("topic", single)),
              "kafka-reassign-partitions; for a new model: tidemill topics create"
                  + " --replication-factor "
                  + Math.min(3, brokers)));
    }
    if (!unsafe.isEmpty()) {
      findings.add(
          Finding.warning(
              "min.insync.replicas is 1, must be 2 so that an acknowledged record is on two brokers,"
                  + " for "
                  + all("topic", unsafe),
              setting("min.insync.replicas=2")));
    }
    if (!unclean.isEmpty()) {
      findings.add(
          Finding.error(
              "unclean.leader.election.enable is true, must be false because it loses acknowledged"
                  + " records, for "
                  + all("topic", unclean),
              setting("unclean.leader.election.enable=false")));
    }
  }

  private String setting(String value) {
    return "kafka-configs --bootstrap-server "
        + bootstrapServers
        + " --alter --entity-type topics --entity-name TOPIC --add-config "
        + value;
  }

  private String summary() {
    int fewest = topics.stream().mapToInt(TopicState::replicationFactor).min().orElse(0);
    return brokers == 1
        ? "1 broker, so nothing is replicated: its disk holds all data"
        : "each partition has at least " + fewest + " replicas, all in sync";
  }

  /** The brokers ask for no more in-sync replicas than there are replicas. */
  private int fewestForWrites(Partition partition) {
    return Math.min(minInSync(partition.topic()), partition.replicas());
  }

  private int minInSync(String name) {
    return topics.stream()
        .filter(topic -> topic.topic().equals(name))
        .mapToInt(
            topic -> Integer.parseInt(setting(topic, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1")))
        .findFirst()
        .orElse(1);
  }

  private static String setting(TopicState topic, String name, String otherwise) {
    return topic.effectiveConfigs().getOrDefault(name, otherwise);
  }

  private List<String> topics(Predicate<TopicState> which) {
    return topics.stream().filter(which).map(TopicState::topic).toList();
  }

  private List<String> named(Predicate<Partition> which) {
    return partitions.stream().filter(which).map(Partition::name).toList();
  }

  private static String all(String noun, List<String> names) {
    return Words.count(names.size(), noun) + " (" + Words.some(names) + ")";
  }
}
