package dev.tidemill.producer;

import dev.tidemill.messaging.KafkaFailureException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka producer that throws a failed write at its next use, so that no failure passes in
 * silence. One thread writes; any thread may read the {@link Deliveries}.
 */
public final class CheckedProducer implements Deliveries {
  private final Producer<byte[], byte[]> producer;
  private final LongSupplier nanoTime;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private long pending;
  private long waitingSince;

  /**
   * Wraps a producer.
   *
   * @param producer owned and closed by this object
   */
  public CheckedProducer(Producer<byte[], byte[]> producer, LongSupplier nanoTime) {
    this.producer = producer;
    this.nanoTime = nanoTime;
  }

  /** Sends a record without an acknowledgement callback. */
  public void send(ProducerRecord<byte[], byte[]> record) {
    send(record, written -> {});
  }

  /**
   * Sends a record. Blocks while the client's buffer is full.
   *
   * @param acknowledged called on the client's I/O thread when the brokers have the record
   * @throws KafkaException if an earlier write failed
   */
  @SuppressWarnings("FutureReturnValueIgnored") // The callback gets the same result.
  public void send(ProducerRecord<byte[], byte[]> record, Consumer<RecordMetadata> acknowledged) {
    check();
    sent();
    producer.send(
        record,
        (metadata, exception) -> {
          if (exception == null) {
            acknowledged();
            acknowledged.accept(metadata);
          } else {
            failure.compareAndSet(null, KafkaFailureException.of(exception, record.topic()));
          }
        });
  }

  private synchronized void sent() {
    if (pending == 0) {
      waitingSince = nanoTime.getAsLong();
    }
    pending++;
  }

  private synchronized void acknowledged() {
    pending--;
    waitingSince = nanoTime.getAsLong();
  }

  @Override
  public synchronized long pending() {
    return pending;
  }

  @Override
  public synchronized Duration waiting() {
    return pending == 0 ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - waitingSince);
  }

  /** Throws the first failure, if a write has failed. */
  public void check() {
    Exception failed = failure.get();
    if (failed != null) {
      // A new exception for each call: a caller may add the one from close() as suppressed.
      throw new KafkaException(
          failed.getMessage(),
          failed instanceof KafkaFailureException ? failed.getCause() : failed);
    }
  }

  /** Waits until all sent records are acknowledged. */
  public void flush() {
    producer.flush();
    check();
  }

  /** Closes the producer. Records that are not acknowledged within the given time are dropped. */
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
}
