package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.Transactions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private final List<Integer> begun = new CopyOnWriteArrayList<>();
  private final ExactlyOnceDelivery delivery =
      new ExactlyOnceDelivery(
          "commits",
          number -> new Transactions(new WaitingProducer(number), "id-" + number, "test"),
          new MockConsumer<>("earliest"),
          told -> delivered.addAndGet(told.size()));

  /** Commits when it may. */
  private final class WaitingProducer extends MockProducer<byte[], byte[]> {
    private final int number;

    WaitingProducer(int number) {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.number = number;
    }

    @Override
    public void beginTransaction() {
      begun.add(number);
      super.beginTransaction();
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

  @Test
  @Timeout(60)
  void noProducerHasTwoTransactionsOneAfterTheOther() throws InterruptedException {
    commits.countDown();
    delivery.restart();
    for (int round = 1; round <= 6; round++) {
      delivery.send(round(round));
      delivery.finish();
    }
    delivery.close();
    assertThat(begun).hasSize(6);
    for (int i = 1; i < begun.size(); i++) {
      assertThat(begun.get(i))
          .as("whose end the brokers may still write")
          .isNotEqualTo(begun.get(i - 1));
    }
  }

  private static Round round(long offset) {
    return new Round(
        List.of(new Told(Told.Kind.ANSWERED, 0)),
        List.of(new ProducerRecord<>("predictions", LARGE)),
        Map.of(PARTITION, new OffsetAndMetadata(offset)));
  }
}
