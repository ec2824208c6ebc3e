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
 * A producer of which no failed write goes unseen: the next use throws it. One thread writes;
 * deliveries are for any thread.
 */
public final class CheckedProducer implements Deliveries {
  private final Producer<byte[], byte[]> producer;
  private final LongSupplier nanoTime;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private long pending;
  private long waitingSince;

  /**
   * Writes through a producer.
   *
   * @param producer owned from here on
   */
  public CheckedProducer(Producer<byte[], byte[]> producer, LongSupplier nanoTime) {
    this.producer = producer;
    this.nanoTime = nanoTime;
  }

  /** As {@link #send(ProducerRecord, Consumer)}, for whoever needs no acknowledgement. */
  public void send(ProducerRecord<byte[], byte[]> record) {
    send(record, written -> {});
  }

  /**
   * Sends a record; it may wait where Kafka is slower.
   *
   * @param acknowledged called on the producer's thread when the brokers have the record
   * @throws KafkaException if an earlier record was not written
   */
  @SuppressWarnings("FutureReturnValueIgnored") // The callback hears the same.
  public void send(ProducerRecord<byte[], byte[]> record, Consumer<RecordMetadata> acknowledged) {
    check();
    given();
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

  private synchronized void given() {
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

  /** Throws the first failure there was. */
  public void check() {
    Exception failed = failure.get();
    if (failed != null) {
      // A new one each time: whoever closes after a failure adds the second to the first.
      throw new KafkaException(
          failed.getMessage(),
          failed instanceof KafkaFailureException ? failed.getCause() : failed);
    }
  }

  /** Returns when all that was sent is acknowledged. */
  public void flush() {
    producer.flush();
    check();
  }

  /** Waits for what was sent to be acknowledged, so long at most; what is not, is dropped. */
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
