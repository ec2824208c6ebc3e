package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlChannelTest {
  private static final TopicPartition CONTROL = new TopicPartition("control", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final SingleObjectFormat format = new SingleObjectFormat();
  private ControlChannel channel;
  private long end;

  @BeforeEach
  void open() {
    consumer.updateBeginningOffsets(Map.of(CONTROL, 0L));
    consumer.updateEndOffsets(Map.of(CONTROL, 0L));
    channel =
        new ControlChannel(
            consumer,
            producer,
            new CommittedLog(new ConsumersEnds(consumer), Duration.ofMillis(200)),
            new RecordCodec(format),
            CONTROL.topic(),
            "digits",
            "ops",
            Clock.systemUTC());
  }

  @Test
  void appliesTheNewestCommand() {
    channel.pin(3);
    channel.unpin();
    channel.pin(5);
    receiveAllSent();

    channel.catchUp();

    assertThat(channel.pinned().asOptional()).hasValue(5);
  }

  @Test
  void unpinReleasesTheVersion() {
    channel.pin(3);
    channel.unpin();
    receiveAllSent();

    channel.catchUp();

    assertThat(channel.pinned()).isEqualTo(PinnedVersion.NONE);
  }

  @Test
  void theNewestPauseOrResumeHolds() {
    channel.pause();
    channel.resume();
    ControlCommand pause = channel.pause();
    channel.pin(5);
    receiveAllSent();

    channel.catchUp();

    assertThat(channel.training().pause()).contains(pause);
  }

  @Test
  void theNewestFactorInRangeHolds() {
    assertThat(channel.training().learningRateFactor()).isEqualTo(1);
    channel.learningRate(3);
    ControlCommand half = channel.learningRate(0.5);
    receiveAllSent();
    channel.catchUp();
    ControlCommand wrong = ControlCommand.newBuilder(half).setFactor(Double.NaN).build();

    assertThat(channel.training().learningRateFactor()).isEqualTo(0.5);
    assertThat(channel.training().after(wrong)).isEqualTo(channel.training());
    for (double factor : new double[] {0, -1, 1000.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> channel.learningRate(factor))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("above 0 and at most 1000");
    }
  }

  @Test
  void catchesUpWithTheEventsThatAnEarlierReaderLeft() {
    channel.pin(3);
    channel.pause();
    ControlCommand resume = channel.resume();
    receiveAllSent();

    List<ControlEvent> events = channel.catchUp(2);

    assertThat(events).extracting(ControlEvent::getEvent).containsExactly(resume);
    assertThat(channel.position()).isEqualTo(3);
    assertThat(channel.pinned().asOptional()).hasValue(3);
  }

  @Test
  void pollsCommandsAndOutcomesInOrder() {
    ControlCommand pin = channel.pin(3);
    channel.writeOutcome(pin, "inference-1", false, "version 3 has no payload");
    receiveAllSent();

    List<ControlEvent> events = channel.poll(Duration.ofMillis(10));

    assertThat(events).extracting(ControlEvent::getEvent).first().isEqualTo(pin);
    assertThat(events)
        .extracting(ControlEvent::getEvent)
        .last()
        .isInstanceOfSatisfying(
            ControlOutcome.class,
            outcome -> {
              assertThat(outcome.getCommandId()).isEqualTo(pin.getCommandId());
              assertThat(outcome.getMessage()).isEqualTo("version 3 has no payload");
            });
  }

  @Test
  void skipsAMalformedRecord() {
    receive(new byte[] {-1, -1});
    channel.pin(4);
    receiveAllSent();

    channel.catchUp();

    assertThat(channel.pinned().asOptional()).hasValue(4);
  }

  @Test
  void catchesUpWithAnEmptyTopicImmediately() {
    channel.catchUp();

    assertThat(channel.pinned()).isEqualTo(PinnedVersion.NONE);
  }

  @Test
  void timesOutIfTheTopicCannotBeRead() {
    consumer.updateEndOffsets(Map.of(CONTROL, 9L));

    assertThatThrownBy(() -> channel.catchUp())
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("control-0");
  }

  @Test
  void rejectsInvalidVersions() {
    assertThatThrownBy(() -> channel.pin(0)).hasMessageContaining("not 0");
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void writesToPartition0() {
    channel.pin(3);

    assertThat(producer.history()).singleElement().returns(0, ProducerRecord::partition);
  }

  private void receiveAllSent() {
    for (ProducerRecord<byte[], byte[]> sent : producer.history()) {
      receive(sent.value());
    }
  }

  private void receive(byte[] value) {
    consumer.addRecord(new ConsumerRecord<>(CONTROL.topic(), 0, end, new byte[0], value));
    end++;
    consumer.updateEndOffsets(Map.of(CONTROL, end));
  }

  /** Returns the consumer's end offsets; no transaction is open. */
  private record ConsumersEnds(Consumer<byte[], byte[]> consumer) implements LogEnds {
    @Override
    public String bootstrapServers() {
      return "test:9092";
    }

    @Override
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions, Duration timeout) {
      return consumer.endOffsets(partitions);
    }

    @Override
    public List<OpenTransaction> firstOpen(
        Collection<TopicPartition> partitions, Duration timeout) {
      return List.of();
    }
  }
}
