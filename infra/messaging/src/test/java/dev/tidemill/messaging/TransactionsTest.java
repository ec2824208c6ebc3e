package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class TransactionsTest {
  private static final String TAKEN_OVER =
      "another trainer of model digits has taken over (transactional.id tidemill-digits), or the"
          + " brokers ended a transaction that was open for longer than transaction.timeout.ms";

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Transactions transactions =
      new Transactions(producer, "tidemill-digits", "trainer of model digits");
  private final ProducerRecord<byte[], byte[]> record =
      new ProducerRecord<>("checkpoints", new byte[] {1});

  @Test
  void commitsTheBodysRecords() throws Exception {
    long offset = transactions.run(p -> p.send(record).get().offset());

    assertThat(offset).isZero();
    assertThat(producer.history()).containsExactly(record);
    assertThat(producer.transactionCommitted()).isTrue();
  }

  @Test
  void abortsAfterAFailureAndContinues() throws Exception {
    IllegalStateException failure = new IllegalStateException("bad chunk");

    assertThatThrownBy(
            () ->
                transactions.run(
                    p -> {
                      p.send(record).get();
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(producer.transactionAborted()).isTrue();
    assertThat(producer.history()).isEmpty();

    transactions.run(p -> p.send(record));
    assertThat(producer.history()).hasSize(1);
  }

  @Test
  void namesTheRoleWhenFenced() {
    producer.fenceProducer();

    assertThatThrownBy(() -> transactions.run(p -> p.send(record)))
        .isInstanceOf(FencedException.class)
        .hasMessage(TAKEN_OVER);
  }

  @Test
  void findsFencingAmongCauses() {
    assertThatThrownBy(
            () ->
                transactions.run(
                    p -> {
                      throw new ExecutionException(new InvalidProducerEpochException("old"));
                    }))
        .isInstanceOf(FencedException.class)
        .hasMessage(TAKEN_OVER);
  }

  @Test
  void namesTheRoleWhenFencedAtTheStart() {
    MockProducer<byte[], byte[]> late =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    late.initTransactionException = new ProducerFencedException("late");

    assertThatThrownBy(() -> new Transactions(late, "tidemill-digits", "trainer of model digits"))
        .isInstanceOf(FencedException.class)
        .hasMessage(TAKEN_OVER);
  }

  @Test
  void closesOnAnInterruptedThread() {
    List<Boolean> interrupted = new ArrayList<>();
    MockProducer<byte[], byte[]> watched =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public void close(Duration timeout) {
            interrupted.add(Thread.currentThread().isInterrupted());
            super.close(timeout);
          }
        };
    Transactions closed = new Transactions(watched, "id", "trainer of model digits");

    Thread.currentThread().interrupt();
    closed.close();

    assertThat(interrupted).containsExactly(false);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void rethrowsACommitTimeout() {
    producer.commitTransactionException = new TimeoutException("60000 ms");

    assertThatThrownBy(() -> transactions.run(p -> p.send(record)))
        .isInstanceOf(TimeoutException.class);
  }
}
