package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AtLeastOnceDeliveryTest {
  private static final TopicPartition PARTITION = new TopicPartition("requests", 0);
  private static final byte[] LARGE = new byte[24 << 20];

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
  private final List<Told> told = new ArrayList<>();
  private final AtLeastOnceDelivery delivery =
      new AtLeastOnceDelivery(this::producer, consumer, told::addAll);

  private MockProducer<byte[], byte[]> producer() {
    MockProducer<byte[], byte[]> made =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    producers.add(made);
    return made;
  }

  @BeforeEach
  void start() {
    consumer.assign(List.of(PARTITION));
    delivery.restart();
  }

  @Test
  @Timeout(60)
  void aRoundThatCouldNotBeSentIsWaitedForByNobody() throws InterruptedException {
    IllegalStateException broken = new IllegalStateException("broken");
    producers.get(0).sendException = broken;
    assertThatThrownBy(() -> delivery.send(round(1, new byte[1]))).isSameAs(broken);
    delivery.finish();
    assertThatThrownBy(delivery::settle).isInstanceOf(KafkaException.class).hasCause(broken);
    delivery.close();
    assertThat(told).isEmpty();
  }

  @Test
  void goesOnWithAnotherProducerAfterAFailure() throws InterruptedException {
    producers.get(0).sendException = new IllegalStateException("broken");
    assertThatThrownBy(() -> delivery.send(round(1, new byte[1])))
        .isInstanceOf(IllegalStateException.class);
    delivery.restart();
    assertThat(producers.get(0).closed()).isTrue();
    delivery.send(round(1, new byte[1]));
    producers.get(1).completeNext();
    delivery.finish();
    assertThat(told).hasSize(1);
    assertThat(consumer.committed(Set.of(PARTITION)))
        .containsEntry(PARTITION, new OffsetAndMetadata(1));
  }

  @Test
  void hasRoomForSoManyBytesOnly() {
    delivery.send(round(1, LARGE));
    delivery.send(round(2, LARGE));
    assertThat(delivery.hasRoom()).isTrue();
    delivery.send(round(3, LARGE));
    assertThat(delivery.hasRoom()).isFalse();
    producers.get(0).completeNext();
    assertThat(delivery.settle()).isTrue();
    assertThat(delivery.hasRoom()).isTrue();
  }

  private static Round round(long offset, byte[] answer) {
    return new Round(
        List.of(new Told(Told.Kind.ANSWERED, 0)),
        List.of(new ProducerRecord<>("predictions", answer)),
        Map.of(PARTITION, new OffsetAndMetadata(offset)));
  }
}
