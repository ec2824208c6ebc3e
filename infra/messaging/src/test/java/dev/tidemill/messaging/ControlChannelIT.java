package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlChannelIT {
  private static final Topics TOPICS = Topics.of("it", "control-channel");

  private final KafkaClients clients =
      new KafkaClients(KafkaSettings.at(KafkaCluster.embedded().bootstrapServers()));
  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());

  @Test
  void aWorkerLearnsOfAPinAndTellsWhatCameOfIt() {
    try (TopicAdmin admin = new TopicAdmin(clients, "it")) {
      admin.create(TOPICS, TopicPlan.standard());
    }
    try (ControlChannel operator = open("operator");
        ControlChannel worker = open("worker")) {
      worker.catchUp(Duration.ofSeconds(10));
      assertThat(worker.pinned()).isEqualTo(PinnedVersion.NONE);

      ControlCommand pin = operator.pin(7);
      Patience.await().until(() -> !worker.poll(Duration.ofMillis(50)).isEmpty());
      assertThat(worker.pinned().asOptional()).hasValue(7);
      worker.tell(pin, "inference-1", true, "serves version 7");

      List<ControlEvent> seen = new ArrayList<>();
      Patience.await()
          .until(() -> seen.addAll(operator.poll(Duration.ofMillis(50))) && seen.size() == 2);
    }
    try (ControlChannel later = open("later")) {
      later.catchUp(Duration.ofSeconds(10));
      assertThat(later.pinned().asOptional()).hasValue(7);
    }
  }

  private ControlChannel open(String clientId) {
    return ControlChannel.open(clients, clientId, codec, TOPICS.control(), "control-channel");
  }
}
