package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.runtime.HealthCondition;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A predictions topic that accepts no answers, not even the shortest. */
@WithKafka
class BlockedPartitionsIT {
  private ServingFixture fixture;
  private Admin admin;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    fixture = ServingFixture.create(kafka.bootstrapServers());
    // The gated serving says that version 1 answered.
    fixture.publish(1);
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  @AfterEach
  void close() {
    admin.close();
    fixture.close();
  }

  @Test
  void blocksPartitionsUntilAnswersAreAcceptedAndAnswersEachRequestOnce() throws Exception {
    try (Blocked blocked = new Blocked()) {
      assertThat(fixture.predictions()).isEmpty();

      set("max.message.bytes", "1048588");
      await().until(() -> fixture.predictions().size() >= 40);
      await().until(() -> blocked.serving.monitor.conditions().isEmpty());
    }
    ServingFixture.assertEachHasOneAnswer(fixture.history(), 40);
  }

  @Test
  void unblocksPartitionsWhoseRequestsWereDeleted() throws Exception {
    try (Blocked blocked = new Blocked()) {
      Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
      for (int partition = 0; partition < ServingFixture.PARTITIONS; partition++) {
        all.put(
            new TopicPartition(fixture.topics.requests(), partition),
            RecordsToDelete.beforeOffset(40 / ServingFixture.PARTITIONS));
      }
      admin.deleteRecords(all).all().get();

      await()
          .untilAsserted(
              () ->
                  assertThat(blocked.serving.monitor.conditions())
                      .extracting(HealthCondition::name)
                      .containsExactly(ServingConditions.REQUESTS_LOST));
    }
    assertThat(fixture.predictions()).isEmpty();
  }

  /** Serves 40 requests whose answers are all refused. */
  private final class Blocked implements AutoCloseable {
    final GatedServing serving = new GatedServing(fixture.bootstrapServers, fixture.model, "w");
    private final Thread thread = new Thread(() -> serve(serving), "serves");

    Blocked() throws Exception {
      serving.gate.countDown();
      // Room for transaction markers only.
      set("max.message.bytes", "100");
      for (int i = 0; i < 40; i++) {
        fixture.ask(i);
      }
      thread.start();
      await().until(() -> serving.monitor.conditions().size() == ServingFixture.PARTITIONS);
      assertThat(serving.monitor.conditions())
          .allSatisfy(
              condition -> {
                assertThat(condition.name()).matches(".*requests-[0-3] blocked");
                assertThat(condition.cause()).contains("RecordTooLargeException");
              });
    }

    @Override
    public void close() {
      serving.loop.wakeUp();
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      serving.close();
    }
  }

  private void set(String setting, String value) throws Exception {
    ConfigResource topic =
        new ConfigResource(ConfigResource.Type.TOPIC, fixture.topics.predictions());
    AlterConfigOp set =
        new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get();
  }

  private static void serve(GatedServing serving) {
    try {
      serving.loop.onStart();
      while (serving.loop.doWork()) {
        // Until it is woken up.
      }
      serving.loop.onClose();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
