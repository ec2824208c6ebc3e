package dev.tidemill.messaging;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which record failed first since it was last asked: a commit that fails because of it
 * doesn't say. Any thread.
 */
final class SendFailure {
  private final AtomicReference<@Nullable String> topic = new AtomicReference<>();

  /** The same producer, whose records are watched. */
  @SuppressWarnings("unchecked") // It is the same producer.
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

  /** A callback for one record. */
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

  /** The failure with our sentence about it and the topic whose record failed. */
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
