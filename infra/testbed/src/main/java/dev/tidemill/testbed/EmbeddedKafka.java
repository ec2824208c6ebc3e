package dev.tidemill.testbed;

import dev.tidemill.local.EmbeddedCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Brokers in this JVM, with a temporary directory that is deleted with them. */
final class EmbeddedKafka implements KafkaCluster {
  private final Path directory;
  private final EmbeddedCluster cluster;

  private EmbeddedKafka(Path directory, EmbeddedCluster cluster) {
    this.directory = directory;
    this.cluster = cluster;
  }

  static EmbeddedKafka start(int brokers) {
    try {
      Path directory = Files.createTempDirectory("tidemill-test-kafka-");
      return new EmbeddedKafka(directory, EmbeddedCluster.start(directory, brokers));
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory for a broker", e);
    }
  }

  static KafkaCluster shared() {
    return Shared.CLUSTER;
  }

  @Override
  public String bootstrapServers() {
    return cluster.bootstrapServers();
  }

  @Override
  public void close() {
    cluster.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + directory, e);
    }
  }

  /** The shared cluster: starts with the first test that needs it and stops with the JVM. */
  private static final class Shared implements KafkaCluster {
    static final KafkaCluster CLUSTER = new Shared(EmbeddedKafka.start(1));

    private final EmbeddedKafka kafka;

    private Shared(EmbeddedKafka kafka) {
      this.kafka = kafka;
      Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "stop-test-kafka"));
    }

    @Override
    public String bootstrapServers() {
      return kafka.bootstrapServers();
    }

    @Override
    public void close() {
      // Other tests of this JVM still use it.
    }
  }
}
