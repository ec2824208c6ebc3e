package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

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

/** Topics that take no answers at all, however brief. */
@WithKafka
class BlockedPartitionsIT {
  private Lab lab;
  private Admin admin;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    lab = Lab.create(kafka.bootstrapServers());
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  @AfterEach
  void close() {
    admin.close();
    lab.close();
  }

  @Test
  void blocksPartitionsUntilTheirAnswersAreTakenAndAnswersEachOnce() throws Exception {
    try (Blocked blocked = new Blocked()) {
      assertThat(lab.predictions()).isEmpty();

      set("max.message.bytes", "1048588");
      await().until(() -> lab.predictions().size() >= 40);
      await().until(() -> blocked.serving.monitor.conditions().isEmpty());
    }
    lab.assertEachIsAnsweredOnce(40);
  }

  @Test
  void unblocksPartitionsWhoseRequestsAreGoneWithoutACommit() throws Exception {
    try (Blocked blocked = new Blocked()) {
      Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
      for (int partition = 0; partition < Lab.PARTITIONS; partition++) {
        all.put(
            new TopicPartition(lab.topics.requests(), partition),
            RecordsToDelete.beforeOffset(40 / Lab.PARTITIONS));
      }
      admin.deleteRecords(all).all().get();

      await().until(() -> blocked.serving.monitor.conditions().isEmpty());
    }
    assertThat(lab.predictions()).isEmpty();
  }

  /** Serves 40 requests, all of whose answers are refused. */
  private final class Blocked implements AutoCloseable {
    final GatedServing serving = new GatedServing(lab.bootstrapServers, lab.model, "w");
    private final Thread thread = new Thread(() -> serve(serving), "serves");

    Blocked() throws Exception {
      serving.gate.countDown();
      // Room for the markers of transactions, and for nothing else.
      set("max.message.bytes", "100");
      for (int i = 0; i < 40; i++) {
        lab.ask(i);
      }
      thread.start();
      await().until(() -> serving.monitor.conditions().size() == Lab.PARTITIONS);
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
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, lab.topics.predictions());
    AlterConfigOp set =
        new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get();
  }

  private static void serve(GatedServing serving) {
    try {
      serving.loop.onStart();
      while (serving.loop.doWork()) {
        // Until it is woken.
      }
      serving.loop.onClose();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
