package dev.tidemill.chaos.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** The partitions of a cluster: how many, who leads, and whether all replicas are in sync. */
public final class Topology implements AutoCloseable {
  private static final long POLL_MILLIS = 300;

  private final Admin admin;
  private final int brokers;

  /**
   * @param brokers how many there are if all are well
   */
  public Topology(String bootstrapServers, int brokers) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("request.timeout.ms", 8_000);
    settings.put("default.api.timeout.ms", 20_000);
    this.admin = Admin.create(settings);
    this.brokers = brokers;
  }

  /**
   * Waits until all brokers are there and all replicas in sync.
   *
   * @return whether that came in time
   */
  public boolean awaitWhole(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline) {
      if (isWhole()) {
        return true;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return false;
  }

  private boolean isWhole() throws InterruptedException {
    try {
      return admin.describeCluster().nodes().get().size() == brokers
          && partitions().values().stream().allMatch(this::isWhole);
    } catch (ExecutionException e) {
      // A broker that has just started may not know all topics yet.
      return false;
    }
  }

  private boolean isWhole(TopicPartitionInfo partition) {
    return partition.leader() != null && partition.isr().size() == brokers;
  }

  /** Returns the number of a topic's partitions. */
  public int partitions(String topic) throws ExecutionException, InterruptedException {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
        .mapToInt(description -> description.partitions().size())
        .sum();
  }

  /** Adds one partition to a topic. */
  public void addPartition(String topic) throws ExecutionException, InterruptedException {
    int more = partitions(topic) + 1;
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(more))).all().get();
  }

  /**
   * Makes a broker the leader of every partition.
   *
   * @return how many partitions it did not lead before
   */
  public int lead(int broker) throws ExecutionException, InterruptedException {
    Map<TopicPartition, Optional<NewPartitionReassignment>> moves = new HashMap<>();
    for (Map.Entry<TopicPartition, TopicPartitionInfo> entry : partitions().entrySet()) {
      TopicPartitionInfo partition = entry.getValue();
      if (partition.leader() == null || partition.leader().id() != broker) {
        moves.put(entry.getKey(), Optional.of(new NewPartitionReassignment(order(broker))));
      }
    }
    if (!moves.isEmpty()) {
      admin.alterPartitionReassignments(moves).all().get();
      admin.electLeaders(ElectionType.PREFERRED, moves.keySet()).partitions().get();
    }
    return moves.size();
  }

  private List<Integer> order(int first) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < brokers; i++) {
      order.add((first - 1 + i) % brokers + 1);
    }
    return order;
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
      for (TopicPartitionInfo partition : topic.partitions()) {
        partitions.put(new TopicPartition(topic.name(), partition.partition()), partition);
      }
    }
    return partitions;
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
