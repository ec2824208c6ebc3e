package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class OperatorCommandsTest {
  /** Clients of an address without a broker. */
  private static final KafkaClients NOBODY = new KafkaClients(KafkaSettings.at("127.0.0.1:1"));

  @Test
  void closesAControlChannelThatCannotBeRead() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    consumer.updateBeginningOffsets(Map.of(new TopicPartition("control", 0), 0L));
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    ControlChannel control =
        new ControlChannel(
            consumer,
            producer,
            new CommittedLog(NOBODY, "ends", Duration.ofMillis(1)),
            new RecordCodec(new SingleObjectFormat()),
            "control",
            "m",
            "ops",
            Clock.systemUTC());

    assertThatThrownBy(
            () ->
                OperatorCommands.open(
                    control, "trainer-1", new CommandExchange(), OperatorCommands.Unanswered.NONE))
        .isInstanceOf(TimeoutException.class);

    assertThat(consumer.closed()).isTrue();
    assertThat(producer.closed()).isTrue();
  }
}
