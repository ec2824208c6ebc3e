package dev.tidemill.testbed;

import java.time.Duration;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** A broker in a container. */
final class ContainerKafka implements KafkaCluster {
  private static final String PUBLIC_IMAGE = "apache/kafka:4.3.1";
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final KafkaContainer container;

  private ContainerKafka(KafkaContainer container) {
    this.container = container;
  }

  static boolean isEngineAvailable() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  static ContainerKafka start() {
    KafkaContainer container =
        new KafkaContainer(image())
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
            .withEnv("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "1000")
            .withEnv("KAFKA_HEAP_OPTS", "-Xmx384m")
            .withStartupTimeout(START_LIMIT);
    container.start();
    return new ContainerKafka(container);
  }

  @Override
  public String bootstrapServers() {
    return container.getBootstrapServers();
  }

  @Override
  public void close() {
    container.stop();
  }

  private static DockerImageName image() {
    String built = System.getenv("TIDEMILL_KAFKA_IMAGE");
    return DockerImageName.parse(built == null || built.isEmpty() ? PUBLIC_IMAGE : built)
        .asCompatibleSubstituteFor("apache/kafka");
  }
}
