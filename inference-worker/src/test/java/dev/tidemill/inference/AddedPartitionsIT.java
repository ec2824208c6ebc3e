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

/** Partitions that {@code requests} gets under a running worker. */
@WithKafka
class AddedPartitionsIT {
  private static final int MORE = 6;

  private Lab lab;
  private Admin admin;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    lab = Lab.create(kafka.bootstrapServers());
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    lab.publish(1);
  }

  @AfterEach
  void close() {
    admin.close();
    lab.close();
  }

  @Test
  void servesAddedPartitionsOnceTheirAnswersHaveAPlaceAndTheOthersMeanwhile() throws Exception {
    try (InferenceWorker worker =
        lab.worker("w", new LinearEngine(), Map.of("metadata.max.age.ms", "500"))) {
      worker.start();
      await().until(() -> worker.health().isReady());
      increase(lab.topics.requests());
      int asked = 0;
      for (; asked < 60; asked++) {
        ask(asked);
      }
      await().until(() -> lab.predictions().size() >= 40);
      await().until(() -> worker.health().detail().contains(lab.topics.requests() + "-5 blocked"));
      assertThat(worker.health().state()).isEqualTo(Health.State.DEGRADED);
      assertThat(worker.health().detail())
          .contains("topic " + lab.topics.predictions() + " has 4 partitions; give it at least 6");
      for (; asked < 120; asked++) {
        ask(asked);
      }
      await().until(() -> lab.predictions().size() >= 80);
      assertThat(lab.predictions()).hasSize(80);

      increase(lab.topics.predictions());
      await().until(() -> lab.predictions().size() >= 120);
      await().until(() -> worker.health().isReady());
    }
    lab.assertEachIsAnsweredOnce(120);
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
    lab.ask(
        Integer.toString(number),
        Tensors.float32(new long[] {2}, new float[] {number, 0}),
        number % MORE);
  }
}
