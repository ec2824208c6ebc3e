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

  private final OptionalLong totalSamples;
  private final SendListener listener;
  private final Counter committedCounter;
  private final LongSupplier nanoTime;

  private final AtomicLong validSamples = new AtomicLong();
  private final AtomicLong refusedSamples = new AtomicLong();
  private final AtomicLong leftOutSamples = new AtomicLong();
  private volatile boolean hasChanged;
  private long earlierSamples;
  private long startNanos;
  private long committedSamples;
  private long committedRecords;
  private long writtenRecords;
  private long waitingSinceNanos;
  private int largestRecordBytes;

  ProgressCount(
      OptionalLong totalSamples,
      SendListener listener,
      WorkerMetrics metrics,
      LongSupplier nanoTime) {
    this.totalSamples = totalSamples;
    this.listener = listener;
    this.committedCounter = metrics.counter(ProducerMetrics.SAMPLES);
    this.nanoTime = nanoTime;
  }

  synchronized SendProgress progress() {
    double seconds = Math.max(1e-9, (nanoTime.getAsLong() - startNanos) / NANOS);
    return new SendProgress(
        earlierSamples,
        committedSamples,
        committedRecords,
        validSamples.get(),
        writtenRecords,
        totalSamples,
        committedSamples / seconds,
        refusedSamples.get(),
        leftOutSamples.get());
  }

  /** Starts a run after the samples that earlier runs have sent. */
  void begin(long sentBefore) {
    synchronized (this) {
      earlierSamples = sentBefore;
      startNanos = nanoTime.getAsLong();
    }
    listener.progressed(progress());
  }

  /** Samples that this run has read, including refused ones. */
  long read() {
    return validSamples.get() + refusedSamples.get() + leftOutSamples.get();
  }

  void take() {
    validSamples.incrementAndGet();
  }

  void refuse(String reason) {
    refusedSamples.incrementAndGet();
    listener.refused(reason);
  }

  /** Counts a sample that the contract leaves out. */
  void leaveOut() {
    leftOutSamples.incrementAndGet();
  }

  /** Takes back the last samples, which were read but not sent. The next run reads them again. */
  void putBack(long unused) {
    validSamples.addAndGet(-unused);
  }

  /** Counts a record that was handed to the Kafka producer. */
  void written(int bytes) {
    synchronized (this) {
      largestRecordBytes = Math.max(largestRecordBytes, bytes);
      if (writtenRecords == committedRecords) {
        waitingSinceNanos = nanoTime.getAsLong();
      }
      writtenRecords++;
    }
    hasChanged = true;
  }

  /** Bytes of the largest record that was sent, before compression. */
  synchronized int largestBytes() {
    return largestRecordBytes;
  }

  /** Counts committed records. */
  void committed(long ofRecords, long ofSamples) {
    committedCounter.increment((double) ofSamples);
    synchronized (this) {
      committedRecords += ofRecords;
      committedSamples += ofSamples;
      waitingSinceNanos = nanoTime.getAsLong();
    }
    hasChanged = true;
  }

  @Override
  public synchronized long pending() {
    return writtenRecords - committedRecords;
  }

  @Override
  public synchronized Duration waiting() {
    return writtenRecords == committedRecords
        ? Duration.ZERO
        : Duration.ofNanos(nanoTime.getAsLong() - waitingSinceNanos);
  }

  /** Calls the listener if the figures have changed. */
  void tell() {
    if (hasChanged) {
      hasChanged = false;
      listener.progressed(progress());
    }
  }
}
