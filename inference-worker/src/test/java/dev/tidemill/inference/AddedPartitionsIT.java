package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partitions that are added to {@code requests} while a worker runs. */
@WithKafka
class AddedPartitionsIT {
  private static final int MORE = 6;

  private ServingFixture fixture;
  private Admin admin;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    fixture = ServingFixture.create(kafka.bootstrapServers());
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    fixture.publish(1);
  }

  @AfterEach
  void close() {
    admin.close();
    fixture.close();
  }

  @Test
  void servesAddedPartitionsOnceTheyExistInPredictions() throws Exception {
    try (InferenceWorker worker =
        fixture.worker("w", new LinearEngine(), Map.of("metadata.max.age.ms", "500"))) {
      worker.start();
      await().until(() -> worker.health().isReady());
      increase(fixture.topics.requests());
      int asked = 0;
      for (; asked < 60; asked++) {
        ask(asked);
      }
      await().until(() -> fixture.predictions().size() >= 40);
      await()
          .until(() -> worker.health().detail().contains(fixture.topics.requests() + "-5 blocked"));
      assertThat(worker.health().state()).isEqualTo(Health.State.DEGRADED);
      assertThat(worker.health().detail())
          .contains(
              "topic " + fixture.topics.predictions() + " has 4 partitions; give it at least 6");
      for (; asked < 120; asked++) {
        ask(asked);
      }
      await().until(() -> fixture.predictions().size() >= 80);
      assertThat(fixture.predictions()).hasSize(80);

      increase(fixture.topics.predictions());
      await().until(() -> fixture.predictions().size() >= 120);
      await().until(() -> worker.health().isReady());
    }
    fixture.assertEachIsAnsweredOnce(120);
  }

  private void increase(String topic) throws Exception {
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(MORE))).all().get();
    await().until(() -> partitions(topic) == MORE);
  }

  private int partitions(String topic) throws Exception {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
        .mapToInt(description -> description.partitions().size())
        .sum();
  }

  private void ask(int number) throws Exception {
    fixture.ask(
        Integer.toString(number),
        Tensors.float32(new long[] {2}, new float[] {number, 0}),
        number % MORE);
  }
}
