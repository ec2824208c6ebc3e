package dev.tidemill.pipeline;

import dev.tidemill.testbed.Eventually;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** The replicas of every partition of a cluster, including those of Kafka's internal topics. */
final class Replicas implements AutoCloseable {
  private final Admin admin;

  Replicas(String bootstrapServers) {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  /** Waits until every partition has this many in-sync replicas. */
  void awaitInSync(int count) {
    await(partition -> partition.isr().size() == count);
  }

  /** Waits until no partition has two in-sync replicas. */
  void awaitTooFew() {
    await(partition -> partition.isr().size() < 2);
  }

  /** Makes the first of these brokers the leader of every partition, and waits for it. */
  void lead(List<Integer> brokers) throws ExecutionException, InterruptedException {
    Map<TopicPartition, Optional<NewPartitionReassignment>> reassignments = new HashMap<>();
    for (TopicPartition partition : partitions().keySet()) {
      reassignments.put(partition, Optional.of(new NewPartitionReassignment(brokers)));
    }
    admin.alterPartitionReassignments(reassignments).all().get();
    admin.electLeaders(ElectionType.PREFERRED, reassignments.keySet()).partitions().get();
    await(partition -> leads(partition.leader(), brokers.get(0)));
  }

  private static boolean leads(Node leader, int broker) {
    return leader != null && leader.id() == broker;
  }

  private void await(Predicate<TopicPartitionInfo> condition) {
    // A broker that has just restarted may not know all partitions yet.
    Eventually.await()
        .ignoreExceptions()
        .until(() -> partitions().values().stream().allMatch(condition));
  }

  private Map<TopicPartition, TopicPartitionInfo> partitions()
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, TopicPartitionInfo> partitions = new HashMap<>();
    for (TopicDescription topic :
        admin
            .describeTopics(
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get())
            .allTopicNames()
            .get()
            .values()) {
      topic
          .partitions()
          .forEach(p -> partitions.put(new TopicPartition(topic.name(), p.partition()), p));
    }
    return partitions;
  }

  @Override
  public void close() {
    admin.close();
  }
}
