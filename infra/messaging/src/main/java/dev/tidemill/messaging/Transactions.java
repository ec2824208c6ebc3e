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
 * Runs one producer's transactions: everything that a body sends is committed atomically. One
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
   * Fences older producers with the same transactional id and ends their open transactions.
   *
   * @param producer a transactional producer; this object closes it
   * @param holder the client's role, for example {@code trainer of model digits}
   * @throws FencedException if a newer producer has taken over meanwhile
   */
  public Transactions(Producer<byte[], byte[]> producer, String transactionalId, String holder) {
    this.producer = producer;
    this.watched = failed.watching(producer);
    this.transactionalId = transactionalId;
    this.holder = holder;
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      // Left open, the producer would keep retrying and fence its successors.
      producer.close(Duration.ZERO);
      throw explained(e);
    }
  }

  /** The work of one transaction. */
  @FunctionalInterface
  public interface Body<T> {
    T run(Producer<byte[], byte[]> producer) throws Exception;
  }

  /**
   * Runs the body in a transaction and commits it. If the body or the commit fails, aborts the
   * transaction and rethrows the failure.
   *
   * @throws FencedException if a newer producer has taken over; nothing was committed
   * @throws TimeoutException if the commit was not acknowledged in time. Only the log shows whether
   *     it happened, so the caller must stop and reread its state.
   */
  public <T> T run(Body<T> body) throws Exception {
    try {
      producer.beginTransaction();
      failed.forget();
      T result = body.run(watched);
      producer.commitTransaction();
      return result;
    } catch (Exception e) {
      Exception explained = explained(e);
      abortAfter(explained);
      throw explained;
    }
  }

  /**
   * Begins a transaction, which {@link #commit} or {@link #abort} ends, possibly on another thread.
   * The next transaction may begin only after that.
   *
   * @throws FencedException if a newer producer has taken over
   */
  public void begin() {
    failed.forget();
    try {
      producer.beginTransaction();
    } catch (KafkaException e) {
      throw explained(e);
    }
  }

  /**
   * Sends records in the open transaction without waiting for the brokers.
   *
   * @throws FencedException if a newer producer has taken over
   */
  @SuppressWarnings("FutureReturnValueIgnored") // A send that fails makes the commit fail.
  public void send(List<ProducerRecord<byte[], byte[]>> records) {
    try {
      records.forEach(record -> producer.send(record, failed.watching(record, null)));
    } catch (KafkaException e) {
      throw explained(e);
    }
  }

  /**
   * Sends a record in the open transaction without waiting for the brokers.
   *
   * @return completes with the record's position once it is written
   * @throws FencedException if a newer producer has taken over
   */
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    try {
      return producer.send(record, failed.watching(record, null));
    } catch (KafkaException e) {
      throw explained(e);
    }
  }

  /**
   * Commits the open transaction together with a group's offsets. If that fails, aborts the
   * transaction and rethrows the failure, like {@link #run}.
   *
   * @param offsets the next offset to read of each partition
   * @param group the group member that read the records, as of that time
   */
  public void commit(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    try {
      producer.sendOffsetsToTransaction(offsets, group);
      producer.commitTransaction();
    } catch (RuntimeException e) {
      RuntimeException explained = explained(e);
      abortAfter(explained);
      throw explained;
    }
  }

  /** Aborts the open transaction. */
  public void abort() {
    producer.abortTransaction();
  }

  @Override
  public void close() {
    // Closing aborts an open transaction, which could take forever without a broker.
    close(CLOSE_TIMEOUT);
  }

  /**
   * Closes the producer and aborts an open transaction. If that takes longer than {@code atMost},
   * the transaction stays open.
   */
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

  private void abortAfter(Exception failure) {
    if (failure instanceof FencedException) {
      return;
    }
    try {
      producer.abortTransaction();
    } catch (KafkaException | IllegalStateException e) {
      // After a fatal failure or a commit timeout, Kafka refuses to abort.
      failure.addSuppressed(e);
    }
  }

  private RuntimeException explained(RuntimeException e) {
    return explained((Exception) e) instanceof RuntimeException runtime ? runtime : e;
  }

  private Exception explained(Exception e) {
    return KafkaFailures.kind(e) == KafkaFailures.Kind.FENCED
        ? new FencedException(holder, transactionalId, e)
        : failed.explained(e);
  }
}
