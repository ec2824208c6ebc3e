package dev.tidemill.messaging;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the topic of the first failed record since the last call, because the resulting commit
 * failure does not name it. Any thread.
 */
final class SendFailure {
  private final AtomicReference<@Nullable String> topic = new AtomicReference<>();

  /** Returns a proxy for the producer that records send failures. */
  @SuppressWarnings("unchecked") // The proxy delegates to a producer of the same types.
  Producer<byte[], byte[]> watching(Producer<byte[], byte[]> producer) {
    return (Producer<byte[], byte[]>)
        Proxy.newProxyInstance(
            SendFailure.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("send")) {
                ProducerRecord<byte[], byte[]> record =
                    (ProducerRecord<byte[], byte[]>) arguments[0];
                Callback then = arguments.length > 1 ? (Callback) arguments[1] : null;
                return producer.send(record, watching(record, then));
              }
              try {
                return method.invoke(producer, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  /** Returns a callback that records the failure of one record, then calls {@code then}. */
  Callback watching(ProducerRecord<byte[], byte[]> record, @Nullable Callback then) {
    String to = record.topic();
    return (metadata, failure) -> {
      if (failure != null) {
        topic.compareAndSet(null, to);
      }
      if (then != null) {
        then.onCompletion(metadata, failure);
      }
    };
  }

  /** Returns the failure with an explanation that names the topic of the failed record. */
  Exception explained(Exception failure) {
    String failed = topic.getAndSet(null);
    return failed == null
        ? KafkaFailureException.of(failure)
        : KafkaFailureException.of(failure, failed);
  }

  void forget() {
    topic.set(null);
  }
}
