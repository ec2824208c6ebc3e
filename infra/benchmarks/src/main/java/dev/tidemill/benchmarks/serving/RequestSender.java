package dev.tidemill.benchmarks.serving;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Sends requests to the partitions in turn. One thread. */
final class RequestSender {
  /** Waking up costs more than sending: requests that fall due meanwhile are sent together. */
  private static final long SHORTEST_SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private final Producer<byte[], byte[]> producer;
  private final LoadTarget target;
  private final RequestForm form;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /** Sends with a producer that the caller closes. */
  RequestSender(Producer<byte[], byte[]> producer, LoadTarget target, RequestForm form) {
    this.producer = producer;
    this.target = target;
    this.form = form;
  }

  /** Sends each request when it is due, or as soon after as possible. Does not wait for answers. */
  void sendWhenDue(long first, int count, Schedule schedule) {
    for (int place = 0; place < count; place++) {
      long due = schedule.dueNanos(place);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(Math.max(left, SHORTEST_SLEEP_NANOS));
      }
      send(first + place);
    }
    flush();
  }

  /** Sends as fast as possible. */
  void send(long first, int count) {
    for (int place = 0; place < count; place++) {
      send(first + place);
    }
    flush();
  }

  private void send(long number) {
    int partition = (int) (number % target.partitions());
    // The client copies the value before it returns, so the form may reuse its memory.
    var unused =
        producer.send(
            new ProducerRecord<>(
                target.requests(), partition, RequestForm.key(number), form.value(number)),
            (at, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
  }

  private void flush() {
    producer.flush();
    Exception e = failure.get();
    if (e != null) {
      throw new IllegalStateException("cannot write a request to " + target.requests(), e);
    }
  }
}
