package dev.tidemill.testbed;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** A Kafka cluster for tests; it does not create topics automatically. */
public interface KafkaCluster extends AutoCloseable {

  /** Returns the address for clients, in the form of {@code bootstrap.servers}. */
  String bootstrapServers();

  /** Stops the cluster, unless it is shared. */
  @Override
  void close();

  /** Returns one broker in this JVM that all tests of the JVM share; closing it does nothing. */
  static KafkaCluster embedded() {
    return EmbeddedKafka.shared();
  }

  /**
   * Starts several brokers in this JVM, which the caller closes. Topics have up to three replicas.
   */
  static KafkaCluster embedded(int brokers) {
    return EmbeddedKafka.start(brokers);
  }

  /**
   * Starts one broker in a container, which the caller closes.
   *
   * <p>The variable TIDEMILL_KAFKA_IMAGE names the image; the default is the public one.
   */
  static KafkaCluster container() {
    return ContainerKafka.start();
  }

  /**
   * Creates a topic with a unique name.
   *
   * @return the name, which begins with {@code stem}
   */
  default String newTopic(String stem, int partitions) {
    return newTopic(stem, partitions, Map.of());
  }

  /** Creates a topic with a unique name and Kafka's topic settings, for example cleanup.policy. */
  default String newTopic(String stem, int partitions, Map<String, String> settings) {
    NewTopic topic =
        new NewTopic(UniqueName.of(stem), Optional.of(partitions), Optional.empty())
            .configs(settings);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      admin.createTopics(List.of(topic)).all().get();
      // The controller answers before all brokers know the topic.
      Eventually.await()
          .pollDelay(Duration.ZERO)
          .ignoreExceptions()
          .until(() -> !admin.listOffsets(ends(topic)).all().get().isEmpty());
      return topic.name();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot create topic " + topic.name(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while creating topic " + topic.name(), e);
    }
  }

  private static Map<TopicPartition, OffsetSpec> ends(NewTopic topic) {
    return IntStream.range(0, topic.numPartitions())
        .mapToObj(partition -> new TopicPartition(topic.name(), partition))
        .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
  }
}
