package dev.tidemill.producer;

import dev.tidemill.runtime.WorkerMetrics;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Counts what is read, what is given to Kafka's client, and what the brokers committed of it. The
 * listener is told on the sending thread; all else is for any thread.
 */
final class ProgressCount implements Deliveries {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final OptionalLong total;
  private final SendListener listener;
  private final Counter counter;
  private final LongSupplier nanoTime;

  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean changed;
  private long before;
  private long start;
  private long samples;
  private long records;
  private long written;
  private long waitingSince;
  private int largestBytes;

  ProgressCount(
      OptionalLong total, SendListener listener, WorkerMetrics metrics, LongSupplier nanoTime) {
    this.total = total;
    this.listener = listener;
    this.counter = metrics.counter(ProducerMetrics.SAMPLES);
    this.nanoTime = nanoTime;
  }

  synchronized SendProgress progress() {
    double seconds = Math.max(1e-9, (nanoTime.getAsLong() - start) / NANOS);
    return new SendProgress(
        before, samples, records, taken.get(), written, total, samples / seconds, refused.get());
  }

  /** A run begins behind what earlier ones have sent. */
  void begin(long sentBefore) {
    synchronized (this) {
      before = sentBefore;
      start = nanoTime.getAsLong();
    }
    listener.progressed(progress());
  }

  /** Samples that were read by this run, the refused ones included. */
  long read() {
    return taken.get() + refused.get();
  }

  void take() {
    taken.incrementAndGet();
  }

  void refuse(String reason) {
    refused.incrementAndGet();
    listener.refused(reason);
  }

  /** The last samples were read for nothing: the next run reads them again. */
  void putBack(long unused) {
    taken.addAndGet(-unused);
  }

  /** One more record was given to Kafka's client. */
  void written(int bytes) {
    synchronized (this) {
      largestBytes = Math.max(largestBytes, bytes);
      if (written == records) {
        waitingSince = nanoTime.getAsLong();
      }
      written++;
    }
    changed = true;
  }

  /** Of the largest record that was given to Kafka's client, not compressed. */
  synchronized int largestBytes() {
    return largestBytes;
  }

  /** Records were committed. */
  void committed(long ofRecords, long ofSamples) {
    counter.increment((double) ofSamples);
    synchronized (this) {
      records += ofRecords;
      samples += ofSamples;
      waitingSince = nanoTime.getAsLong();
    }
    changed = true;
  }

  @Override
  public synchronized long pending() {
    return written - records;
  }

  @Override
  public synchronized Duration waiting() {
    return written == records
        ? Duration.ZERO
        : Duration.ofNanos(nanoTime.getAsLong() - waitingSince);
  }

  /** Tells the listener, if there is anything new. */
  void tell() {
    if (changed) {
      changed = false;
      listener.progressed(progress());
    }
  }
}
