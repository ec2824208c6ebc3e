package dev.tidemill.benchmarks.serving;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Sends requests, in partitions by turns. One thread. */
final class RequestSender {
  /** Waking up costs more than sending; what falls due meanwhile is sent together, late by less. */
  private static final long SHORTEST_REST_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final int partitions;
  private final RequestForm form;
  private final Histogram lateNanos = new Histogram(3);
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /** Sends by a producer that it does not own. */
  RequestSender(Producer<byte[], byte[]> producer, String topic, int partitions, RequestForm form) {
    this.producer = producer;
    this.topic = topic;
    this.partitions = partitions;
    this.form = form;
  }

  /** Sends each request when it is due, or as soon after as it can, whatever the answers do. */
  void sendWhenDue(long first, int count, Schedule schedule) {
    for (int place = 0; place < count; place++) {
      long due = schedule.dueNanos(place);
      long early = due - System.nanoTime();
      while (early > 0) {
        LockSupport.parkNanos(Math.max(early, SHORTEST_REST_NANOS));
        early = due - System.nanoTime();
      }
      lateNanos.recordValue(-early);
      send(first + place);
    }
    flush();
  }

  /** Sends as fast as it can. */
  void send(long first, int count) {
    for (int place = 0; place < count; place++) {
      send(first + place);
    }
    flush();
  }

  /** How much later than due requests were handed to the client. */
  double lateP99Micros() {
    return lateNanos.getValueAtPercentile(99) / 1e3;
  }

  private void send(long number) {
    // The client copies the value before it returns, so that the form may reuse its memory.
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic, (int) (number % partitions), RequestKey.of(number), form.value(number)),
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
      throw new IllegalStateException("a request was not written to " + topic, e);
    }
  }
}
