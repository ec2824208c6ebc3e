package dev.tidemill.cli.doctor;

import dev.tidemill.messaging.KafkaResult;
import dev.tidemill.messaging.TopicState;
import java.util.List;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;

/** Examines whether acknowledged records survive the loss of a broker. */
final class ReplicationCheck implements Check {
  private final ClusterAccess cluster;

  ReplicationCheck(ClusterAccess cluster) {
    this.cluster = cluster;
  }

  @Override
  public String name() {
    return "replication";
  }

  @Override
  public List<Finding> run() {
    List<TopicState> topics =
        cluster.topics().describe(cluster.context().topics()).stream()
            .filter(TopicState::exists)
            .toList();
    return new Replication(
            topics, partitions(topics), cluster.brokers().size(), cluster.bootstrapServers())
        .findings();
  }

  private List<Replication.Partition> partitions(List<TopicState> topics) {
    List<String> names = topics.stream().map(TopicState::topic).toList();
    return KafkaResult.get(cluster.admin().describeTopics(names).allTopicNames()).values().stream()
        .flatMap(topic -> topic.partitions().stream().map(partition -> partition(topic, partition)))
        .toList();
  }

  private static Replication.Partition partition(
      TopicDescription topic, TopicPartitionInfo partition) {
    Node leader = partition.leader();
    return new Replication.Partition(
        topic.name(),
        partition.partition(),
        leader != null && !leader.isEmpty(),
        partition.isr().size(),
        partition.replicas().size());
  }
}
