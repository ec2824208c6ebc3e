package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.Transactions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ExactlyOnceDeliveryTest {
  private static final TopicPartition PARTITION = new TopicPartition("requests", 0);
  private static final byte[] LARGE = new byte[24 << 20];

  private final CountDownLatch commits = new CountDownLatch(1);
  private final CountDownLatch commitHasBegun = new CountDownLatch(1);
  private final AtomicInteger delivered = new AtomicInteger();
  private final ExactlyOnceDelivery delivery =
      new ExactlyOnceDelivery(
          "commits",
          number -> new Transactions(new WaitingProducer(), "id-" + number, "test"),
          new MockConsumer<>("earliest"),
          told -> delivered.addAndGet(told.size()));

  /** Commits when it may. */
  private final class WaitingProducer extends MockProducer<byte[], byte[]> {
    WaitingProducer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void commitTransaction() {
      commitHasBegun.countDown();
      try {
        commits.await();
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
      super.commitTransaction();
    }
  }

  @Test
  @Timeout(60)
  void aTransactionHasRoomForSoManyBytesOnly() throws InterruptedException {
    delivery.restart();
    delivery.send(round(1));
    commitHasBegun.await();
    delivery.send(round(2));
    delivery.send(round(3));
    assertThat(delivery.hasRoom()).isTrue();
    delivery.send(round(4));
    assertThat(delivery.hasRoom()).isFalse();
    commits.countDown();
    delivery.awaitRoom();
    delivery.close();
    assertThat(delivered).hasValue(4);
  }

  private static Round round(long offset) {
    return new Round(
        List.of(new Told(Told.Kind.ANSWERED, 0)),
        List.of(new ProducerRecord<>("predictions", LARGE)),
        Map.of(PARTITION, new OffsetAndMetadata(offset)));
  }
}
