package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts commands on random topic configurations. Each start must work and keep the guarantees, or
 * end with status 1 or 2 and name the topic and the setting. Each configuration starts a trainer.
 * Three of four also send with {@code produce} and serve, if the topic contract allows it. A
 * failure names the seed; {@link TopicConfiguration#draw} recreates the configuration from it.
 */
@WithKafka
class TopicConfigurationsIT {
  private static final int CONFIGURATIONS = Integer.getInteger("tidemill.configurations", 80);

  /** Parallel starts, which mostly wait for the broker. */
  private static final int AT_ONCE = 4;

  private final KafkaCluster kafka;
  private final AtomicInteger trained = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();

  TopicConfigurationsIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void everyStartWorksOrNamesTopicAndSetting(@TempDir Path folder) throws Exception {
    TinyModel tiny = TinyModel.in(folder);
    List<String> failures = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      List<Future<Optional<String>>> runs =
          LongStream.range(0, CONFIGURATIONS)
              .mapToObj(seed -> threads.submit(() -> failure(seed, admin, tiny)))
              .toList();
      for (Future<Optional<String>> run : runs) {
        run.get().ifPresent(failures::add);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(failures).isEmpty();
    assertThat(trained.get()).as("trained").isGreaterThan(CONFIGURATIONS / 4);
    assertThat(served.get()).as("served").isGreaterThan(trained.get() / 3);
  }

  /** Tests the configuration of a seed and returns the failure; empty if there is none. */
  private Optional<String> failure(long seed, Admin admin, TinyModel tiny) {
    TopicConfiguration configuration = TopicConfiguration.draw(seed);
    Pipeline pipeline = Pipeline.over(kafka.bootstrapServers(), "configuration-" + seed);
    ConfiguredStarts starts = new ConfiguredStarts(configuration, pipeline, tiny, admin);
    try {
      configuration.create(admin, pipeline.topics);
      starts.run();
      configuration.delete(admin, pipeline.topics);
    } catch (Exception | AssertionError e) {
      return Optional.of("seed " + seed + " (" + configuration + "): " + e);
    }
    trained.addAndGet(starts.trained() ? 1 : 0);
    served.addAndGet(starts.served() ? 1 : 0);
    return Optional.empty();
  }
}
