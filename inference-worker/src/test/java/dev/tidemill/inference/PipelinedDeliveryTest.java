package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.messaging.Transactions;
import dev.tidemill.messaging.tracing.RecordSpan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PipelinedDeliveryTest {
  private static final TopicPartition PARTITION = new TopicPartition("requests", 0);
  private static final byte[] LARGE = new byte[6 << 20];

  private final CountDownLatch commits = new CountDownLatch(1);
  private final CountDownLatch commitHasBegun = new CountDownLatch(1);
  private final AtomicInteger delivered = new AtomicInteger();
  private final List<Integer> begun = new CopyOnWriteArrayList<>();
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final PipelinedDelivery transactional =
      new PipelinedDelivery(
          "commits",
          2,
          number ->
              new TransactionalSink(
                  new Transactions(new WaitingProducer(number), "id-" + number, "test")),
          consumer,
          receipts -> delivered.addAndGet(receipts.size()));

  private final List<MockProducer<byte[], byte[]>> producers = new CopyOnWriteArrayList<>();
  private final PipelinedDelivery plain =
      new PipelinedDelivery(
          "acknowledgements",
          1,
          number -> new PlainSink(plainProducer()),
          consumer,
          receipts -> delivered.addAndGet(receipts.size()));

  /** Commits only when the test allows it. */
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

  private MockProducer<byte[], byte[]> plainProducer() {
    MockProducer<byte[], byte[]> made =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    producers.add(made);
    return made;
  }

  @BeforeEach
  void assign() {
    consumer.assign(List.of(PARTITION));
  }

  @Test
  void limitsTheBytesOfATransaction() throws InterruptedException {
    transactional.restart();
    transactional.send(batch(1));
    commitHasBegun.await();
    transactional.send(batch(2));
    transactional.send(batch(3));
    assertThat(transactional.hasRoom()).isTrue();
    transactional.send(batch(4));
    assertThat(transactional.hasRoom()).isFalse();
    commits.countDown();
    while (!transactional.hasRoom()) {
      transactional.awaitProgress(Duration.ofSeconds(60));
    }
    transactional.close();
    assertThat(delivered).hasValue(4);
  }

  @Test
  void alternatesBetweenProducers() throws InterruptedException {
    commits.countDown();
    transactional.restart();
    for (int batch = 1; batch <= 6; batch++) {
      transactional.send(batch(batch));
      transactional.awaitCommits();
    }
    transactional.close();
    assertThat(begun).hasSize(6);
    for (int i = 1; i < begun.size(); i++) {
      assertThat(begun.get(i))
          .as("brokers may still write the end of its last transaction")
          .isNotEqualTo(begun.get(i - 1));
    }
  }

  @Test
  void commitsOffsetsOnlyOnceAnswersAreAcknowledged() throws InterruptedException {
    plain.restart();
    plain.send(batch(1));
    // A chance for a premature commit; what follows holds whether the committer has begun or not.
    plain.awaitProgress(Duration.ofMillis(10));
    assertThat(plain.checkCommits()).isFalse();
    assertThat(consumer.committed(Set.of(PARTITION))).doesNotContainKey(PARTITION);
    acknowledge(0);
    plain.awaitCommits();
    assertThat(plain.checkCommits()).isTrue();
    assertThat(consumer.committed(Set.of(PARTITION)))
        .containsEntry(PARTITION, new OffsetAndMetadata(1));
    assertThat(delivered).hasValue(1);
    plain.close();
  }

  @Test
  void continuesWithANewProducerAfterAFailedSend() throws InterruptedException {
    plain.restart();
    plain.send(batch(1));
    producers.get(0).errorNext(new TimeoutException("no broker"));
    plain.awaitCommits();
    assertThatThrownBy(plain::checkCommits)
        .isInstanceOf(KafkaException.class)
        .hasCauseInstanceOf(TimeoutException.class);
    plain.restart();
    assertThat(producers.get(0).closed()).isTrue();
    plain.send(batch(1));
    acknowledge(1);
    plain.awaitCommits();
    assertThat(delivered).hasValue(1);
    assertThat(consumer.committed(Set.of(PARTITION)))
        .containsEntry(PARTITION, new OffsetAndMetadata(1));
    plain.close();
  }

  @Test
  void doesNotCommitABatchThatCannotBeSent() throws InterruptedException {
    plain.restart();
    IllegalStateException broken = new IllegalStateException("broken");
    producers.get(0).sendException = broken;
    assertThatThrownBy(() -> plain.send(batch(1))).isSameAs(broken);
    plain.awaitCommits();
    assertThatThrownBy(plain::checkCommits).isSameAs(broken);
    plain.close();
    assertThat(delivered).hasValue(0);
    assertThat(consumer.committed(Set.of(PARTITION))).doesNotContainKey(PARTITION);
  }

  /** Waits until the record is sent. */
  private void acknowledge(int producer) {
    while (!producers.get(producer).completeNext()) {
      Thread.onSpinWait();
    }
  }

  private static DeliveryBatch batch(long offset) {
    return new DeliveryBatch(
        List.of(new AnswerReceipt(AnswerReceipt.Kind.ANSWERED, 0, 0, 0, 0, 0, 0, RecordSpan.NONE)),
        List.of(new ProducerRecord<>("predictions", LARGE)),
        Map.of(PARTITION, new OffsetAndMetadata(offset)));
  }
}
