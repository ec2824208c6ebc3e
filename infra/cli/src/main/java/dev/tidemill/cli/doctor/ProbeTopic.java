package dev.tidemill.cli.doctor;

import dev.tidemill.cli.output.FaultMessage;
import dev.tidemill.cli.rights.PrincipalRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A topic for the records of one probe, which no worker reads. It is created before the probe and
 * deleted after it.
 */
final class ProbeTopic {
  private static final int REPLICAS = 3;
  private static final Map<String, String> ONE_IN_SYNC =
      Map.of(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1");

  private final ClusterAccess cluster;
  private final String name;

  private ProbeTopic(ClusterAccess cluster) {
    this.cluster = cluster;
    this.name = PrincipalRole.probeTopics(cluster.context().model()) + UUID.randomUUID();
  }

  /** What a probe does with its topic. */
  interface Probe {
    List<Finding> run(String topic) throws Exception;
  }

  /** Runs a probe with a topic of one partition, on as many brokers as the model's topics. */
  static List<Finding> use(ClusterAccess cluster, Probe probe) {
    // Not the brokers' default, which cannot be had while one of them is down.
    short replicas = (short) Math.min(REPLICAS, cluster.brokers().size());
    ProbeTopic topic = new ProbeTopic(cluster);
    return topic.use(new NewTopic(topic.name, 1, replicas).configs(ONE_IN_SYNC), probe);
  }

  /**
   * Runs a probe with a topic whose brokers set the records' times, and whose partition i is on the
   * i-th of these brokers.
   */
  static List<Finding> useEach(ClusterAccess cluster, List<Integer> brokers, Probe probe) {
    Map<Integer, List<Integer>> replicas = new TreeMap<>();
    brokers.forEach(broker -> replicas.put(replicas.size(), List.of(broker)));
    Map<String, String> configs = new TreeMap<>(ONE_IN_SYNC);
    configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    ProbeTopic topic = new ProbeTopic(cluster);
    return topic.use(new NewTopic(topic.name, replicas).configs(configs), probe);
  }

  private List<Finding> use(NewTopic topic, Probe probe) {
    List<Finding> findings = new ArrayList<>();
    try {
      // In here, because one that is not answered in time may be created nevertheless.
      if (!create(topic)) {
        return List.of(
            Finding.notChecked(
                "the right Create on topics " + prefix() + "* is missing", cluster.howToGrant()));
      }
      cluster.topics().awaitUsable(name);
      findings.addAll(probe.run(name));
    } catch (Exception e) {
      // Not thrown: whether the topic could be deleted is reported, too.
      findings.add(CheckFailure.finding(e, cluster.howToGrant()));
    }
    delete().ifPresent(findings::add);
    return findings;
  }

  /** Returns whether the principal may create it. */
  private boolean create(NewTopic topic) {
    try {
      cluster.topics().create(topic);
      return true;
    } catch (AuthorizationException e) {
      return false;
    }
  }

  /** Deletes the topic even if the check is interrupted; returns a finding if that fails. */
  private Optional<Finding> delete() {
    boolean interrupted = Thread.interrupted();
    try {
      cluster.topics().delete(name);
      return Optional.empty();
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty(); // It was not created.
    } catch (RuntimeException e) {
      return Optional.of(
          Finding.warning(
              "the probe's topic " + name + " could not be deleted: " + FaultMessage.of(e),
              "kafka-topics --bootstrap-server "
                  + cluster.bootstrapServers()
                  + " --delete --topic "
                  + name));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private String prefix() {
    return PrincipalRole.probeTopics(cluster.context().model());
  }
}
