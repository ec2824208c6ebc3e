package dev.tidemill.messaging;

import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * One producer's transactions: all that a body sends is committed together or not at all. One
 * thread at a time.
 */
public final class Transactions implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final String transactionalId;
  private final String holder;

  /**
   * Fences older producers with the same transactional id, and ends what they had begun.
   *
   * @param producer a transactional one, owned from here on
   * @param holder whose role it is, e.g. {@code trainer of model digits}
   * @throws FencedException if a newer one came in between
   */
  public Transactions(Producer<byte[], byte[]> producer, String transactionalId, String holder) {
    this.producer = producer;
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
      T result = body.run(producer);
      producer.commitTransaction();
      return result;
    } catch (Exception e) {
      Exception told = told(e);
      if (!(told instanceof FencedException)) {
        abort(told);
      }
      throw told;
    }
  }

  @Override
  public void close() {
    producer.close();
  }

  private void abort(Exception because) {
    try {
      producer.abortTransaction();
    } catch (KafkaException | IllegalStateException e) {
      // After a fatal failure, or a commit that timed out, Kafka refuses to abort.
      because.addSuppressed(e);
    }
  }

  private RuntimeException told(KafkaException e) {
    return isFenced(e) ? new FencedException(holder, transactionalId, e) : e;
  }

  private Exception told(Exception e) {
    return isFenced(e) ? new FencedException(holder, transactionalId, e) : e;
  }

  private static boolean isFenced(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ProducerFencedException || t instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }
}
