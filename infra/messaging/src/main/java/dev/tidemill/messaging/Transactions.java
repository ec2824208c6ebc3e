package dev.tidemill.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * One producer's transactions: all that a body sends is committed together or not at all. One
 * thread at a time.
 */
public final class Transactions implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;
  private final String transactionalId;
  private final String holder;
  private final SendFailure failed = new SendFailure();
  private final Producer<byte[], byte[]> watched;

  /**
   * Fences older producers with the same transactional id, and ends what they had begun.
   *
   * @param producer a transactional one, owned from here on
   * @param holder whose role it is, e.g. {@code trainer of model digits}
   * @throws FencedException if a newer one came in between
   */
  public Transactions(Producer<byte[], byte[]> producer, String transactionalId, String holder) {
    this.producer = producer;
    this.watched = failed.watching(producer);
    this.transactionalId = transactionalId;
    this.holder = holder;
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      // Left alone it would go on trying, and fence whoever was made after it.
      producer.close(Duration.ZERO);
      throw told(e);
    }
  }

  /** What is done in one transaction. */
  @FunctionalInterface
  public interface Body<T> {
    T run(Producer<byte[], byte[]> producer) throws Exception;
  }

  /**
   * Runs the body in a transaction and commits it. If the body or the commit fails, the transaction
   * is aborted and the failure thrown on.
   *
   * @throws FencedException if a newer producer has taken over; nothing was committed
   * @throws TimeoutException if the commit was not acknowledged in time: whether it happened shows
   *     in the log, so the owner ends and reads its state anew
   */
  public <T> T run(Body<T> body) throws Exception {
    try {
      producer.beginTransaction();
      failed.forget();
      T result = body.run(watched);
      producer.commitTransaction();
      return result;
    } catch (Exception e) {
      Exception told = told(e);
      givenUp(told);
      throw told;
    }
  }

  /**
   * Begins a transaction that is to be ended by {@link #commit} or {@link #abort}, by another
   * thread if need be; only then may the next one begin.
   *
   * @throws FencedException if a newer producer has taken over
   */
  public void begin() {
    failed.forget();
    try {
      producer.beginTransaction();
    } catch (KafkaException e) {
      throw told(e);
    }
  }

  /**
   * Sends records in the transaction that was begun, and returns while they are on their way.
   *
   * @throws FencedException if a newer producer has taken over
   */
  @SuppressWarnings("FutureReturnValueIgnored") // A send that fails makes the commit fail.
  public void send(List<ProducerRecord<byte[], byte[]>> records) {
    try {
      records.forEach(record -> producer.send(record, failed.watching(record, null)));
    } catch (KafkaException e) {
      throw told(e);
    }
  }

  /**
   * Adds a record to what was begun.
   *
   * @return where it stands, once it is written
   * @throws FencedException if a newer producer has taken over
   */
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    try {
      return producer.send(record, failed.watching(record, null));
    } catch (KafkaException e) {
      throw told(e);
    }
  }

  /**
   * Commits what was begun, together with a group's offsets. If that fails, the transaction is
   * aborted and the failure thrown on, as by {@link #run}.
   *
   * @param offsets where each partition is read on
   * @param group its member whose offsets they are, as it was when it read the records
   */
  public void commit(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    try {
      producer.sendOffsetsToTransaction(offsets, group);
      producer.commitTransaction();
    } catch (RuntimeException e) {
      RuntimeException told = told(e);
      givenUp(told);
      throw told;
    }
  }

  /** Gives up what was begun. */
  public void abort() {
    producer.abortTransaction();
  }

  @Override
  public void close() {
    // What was begun and not committed is given up; without a broker that could take forever.
    close(CLOSE_TIMEOUT);
  }

  /** Closes the producer and aborts what was begun; in that time at most, or it is left open. */
  public void close(Duration atMost) {
    // Kafka's client logs a stack trace if it is closed on an interrupted thread.
    boolean interrupted = Thread.interrupted();
    try {
      producer.close(atMost);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void givenUp(Exception because) {
    if (because instanceof FencedException) {
      return;
    }
    try {
      producer.abortTransaction();
    } catch (KafkaException | IllegalStateException e) {
      // After a fatal failure, or a commit that timed out, Kafka refuses to abort.
      because.addSuppressed(e);
    }
  }

  private RuntimeException told(RuntimeException e) {
    return told((Exception) e) instanceof RuntimeException told ? told : e;
  }

  private Exception told(Exception e) {
    return KafkaFailures.kind(e) == KafkaFailures.Kind.FENCED
        ? new FencedException(holder, transactionalId, e)
        : failed.explained(e);
  }
}
