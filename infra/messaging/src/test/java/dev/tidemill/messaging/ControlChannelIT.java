package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.RegistryFormat;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class ControlChannelIT {
  private static final Topics TOPICS = Topics.of("it", "control-channel");

  private final KafkaClients clients =
      new KafkaClients(KafkaSettings.at(KafkaCluster.embedded().bootstrapServers()));
  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());

  @Test
  void deliversAPinAndItsOutcome() {
    try (TopicAdmin admin = new TopicAdmin(clients, "it")) {
      admin.create(TOPICS, TopicPlan.standard());
    }
    try (ControlChannel operator = open("operator");
        ControlChannel worker = open("worker")) {
      worker.catchUp();
      assertThat(worker.pinned()).isEqualTo(PinnedVersion.NONE);

      ControlCommand pin = operator.pin(7);
      Eventually.await().until(() -> !worker.poll(Duration.ofMillis(50)).isEmpty());
      assertThat(worker.pinned().asOptional()).hasValue(7);
      worker.writeOutcome(pin, "inference-1", true, "serves version 7");

      List<ControlEvent> seen = new ArrayList<>();
      Eventually.await()
          .until(() -> seen.addAll(operator.poll(Duration.ofMillis(50))) && seen.size() == 2);
    }
    try (ControlChannel later = open("later")) {
      later.catchUp();
      assertThat(later.pinned().asOptional()).hasValue(7);
    }
  }

  @Test
  void rereadsAnEventAfterARegistryOutage() {
    Topics topics = Topics.of("it", "control-outage");
    try (TopicAdmin admin = new TopicAdmin(clients, "it")) {
      admin.create(topics, TopicPlan.standard());
    }
    ScriptedRegistry registry = new ScriptedRegistry();
    RecordCodec writing = new RecordCodec(new RegistryFormat(registry, Duration.ofSeconds(30)));
    try (ControlChannel operator = open("operator", writing, topics)) {
      operator.pin(3);
      operator.pin(4);
    }
    registry.down = true;
    RecordCodec reading = new RecordCodec(new RegistryFormat(registry, Duration.ZERO));
    HealthMonitor monitor = new HealthMonitor("worker", Clock.systemUTC());
    reading.reportTo(monitor);
    try (ControlChannel worker = open("worker", reading, topics)) {
      Eventually.await()
          .until(
              () -> {
                assertThat(worker.poll(Duration.ofMillis(50))).isEmpty();
                return !monitor.conditions().isEmpty();
              });
      assertThat(monitor.conditions())
          .singleElement()
          .satisfies(
              condition -> {
                assertThat(condition.name()).isEqualTo("schema registry");
                assertThat(condition.cause()).isEqualTo("down");
              });
      registry.down = false;
      worker.catchUp();
      assertThat(worker.pinned().asOptional()).hasValue(4);
      assertThat(monitor.conditions()).isEmpty();
    }
  }

  @Test
  void failsIfAnOpenTransactionHidesAPin() {
    Topics topics = Topics.of("it", "control-behind");
    try (TopicAdmin admin = new TopicAdmin(clients, "it")) {
      admin.create(topics, TopicPlan.standard());
    }
    KafkaClients impatient =
        new KafkaClients(
            new KafkaSettings(
                KafkaCluster.embedded().bootstrapServers(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Duration.ofMillis(500)));
    try (Producer<byte[], byte[]> other = clients.transactionalProducer("other", "it-behind");
        ControlChannel operator =
            ControlChannel.open(clients, "operator", codec, topics.control(), "control-behind");
        ControlChannel worker =
            ControlChannel.open(impatient, "worker", codec, topics.control(), "control-behind")) {
      other.initTransactions();
      other.beginTransaction();
      KafkaResult.get(other.send(new ProducerRecord<>(topics.control(), new byte[] {1})));
      operator.pin(7);

      assertThatThrownBy(worker::catchUp)
          .isInstanceOf(OpenTransactionException.class)
          .hasMessageContaining("transactional.id it-behind");

      other.abortTransaction();
      worker.catchUp();
      assertThat(worker.pinned().asOptional()).hasValue(7);
    }
  }

  private ControlChannel open(String clientId) {
    return open(clientId, codec, TOPICS);
  }

  private ControlChannel open(String clientId, RecordCodec recordCodec, Topics topics) {
    return ControlChannel.open(clients, clientId, recordCodec, topics.control(), "control-channel");
  }
}
