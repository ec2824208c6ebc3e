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

/** A Kafka cluster that a test may fill; topics are never made by themselves. */
public interface KafkaCluster extends AutoCloseable {

  /** Where clients connect, as {@code bootstrap.servers} wants it. */
  String bootstrapServers();

  /** Stops it, unless it is shared. */
  @Override
  void close();

  /** One broker in this JVM, shared by all tests of the JVM; closing it does nothing. */
  static KafkaCluster embedded() {
    return EmbeddedKafka.shared();
  }

  /** Several brokers in this JVM, the caller's own; topics are replicated up to three times. */
  static KafkaCluster embedded(int brokers) {
    return EmbeddedKafka.start(brokers);
  }

  /**
   * One broker in a container, the caller's own.
   *
   * <p>The image is the one that the variable TIDEMILL_KAFKA_IMAGE names, or the public one.
   */
  static KafkaCluster container() {
    return ContainerKafka.start();
  }

  /**
   * Makes a topic with a name of its own.
   *
   * @return the name, which begins with {@code stem}
   */
  default String newTopic(String stem, int partitions) {
    return newTopic(stem, partitions, Map.of());
  }

  /** As {@link #newTopic(String, int)}, with Kafka's topic settings (cleanup.policy …). */
  default String newTopic(String stem, int partitions, Map<String, String> settings) {
    NewTopic topic =
        new NewTopic(UniqueName.of(stem), Optional.of(partitions), Optional.empty())
            .configs(settings);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      admin.createTopics(List.of(topic)).all().get();
      // The controller answers before all brokers have heard of the topic.
      Eventually.await()
          .pollDelay(Duration.ZERO)
          .ignoreExceptions()
          .until(() -> !admin.listOffsets(ends(topic)).all().get().isEmpty());
      return topic.name();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot make topic " + topic.name(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while making topic " + topic.name(), e);
    }
  }

  private static Map<TopicPartition, OffsetSpec> ends(NewTopic topic) {
    return IntStream.range(0, topic.numPartitions())
        .mapToObj(partition -> new TopicPartition(topic.name(), partition))
        .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
  }
}
