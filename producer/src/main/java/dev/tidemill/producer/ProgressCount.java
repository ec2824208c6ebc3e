package dev.tidemill.producer;

import dev.tidemill.runtime.WorkerMetrics;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Counts the samples that are read, sent and committed. Calls the listener on the sending thread.
 * Everything else may be called on any thread.
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

  /** Starts a run after the samples that earlier runs have sent. */
  void begin(long sentBefore) {
    synchronized (this) {
      before = sentBefore;
      start = nanoTime.getAsLong();
    }
    listener.progressed(progress());
  }

  /** Samples that this run has read, including refused ones. */
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

  /** Takes back the last samples, which were read but not sent. The next run reads them again. */
  void putBack(long unused) {
    taken.addAndGet(-unused);
  }

  /** Counts a record that was handed to the Kafka producer. */
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

  /** Bytes of the largest record that was sent, before compression. */
  synchronized int largestBytes() {
    return largestBytes;
  }

  /** Counts committed records. */
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

  /** Calls the listener if the figures have changed. */
  void tell() {
    if (changed) {
      changed = false;
      listener.progressed(progress());
    }
  }
}
