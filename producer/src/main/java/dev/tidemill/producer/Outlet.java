package dev.tidemill.producer;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** A producer of which no failed write goes unseen: the next use tells it. One thread. */
public final class Outlet implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * Writes through a producer.
   *
   * @param producer owned from here on
   */
  public Outlet(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /**
   * Sends a record; it may wait where Kafka is slower.
   *
   * @throws KafkaException if an earlier record was not written
   */
  @SuppressWarnings("FutureReturnValueIgnored") // The callback hears the same.
  public void send(ProducerRecord<byte[], byte[]> record) {
    check();
    producer.send(
        record,
        (metadata, exception) -> {
          if (exception != null) {
            failure.compareAndSet(null, exception);
          }
        });
  }

  /** Throws the first failure there was. */
  public void check() {
    Exception failed = failure.get();
    if (failed != null) {
      throw new KafkaException("a record was not written: " + failed.getMessage(), failed);
    }
  }

  /** Returns when all that was sent is acknowledged. */
  public void flush() {
    producer.flush();
    check();
  }

  @Override
  public void close() {
    producer.close();
  }
}
