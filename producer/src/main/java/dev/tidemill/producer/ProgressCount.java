package dev.tidemill.producer;

import dev.tidemill.runtime.Metrics;
import io.micrometer.core.instrument.Counter;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Counts what is sent and tells the listener. Written by one thread, read by any. */
final class ProgressCount {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final OptionalLong total;
  private final SendListener listener;
  private final Counter counter;
  private final LongSupplier nanoTime;
  private long start;
  private long taken;
  private volatile SendProgress progress;

  ProgressCount(OptionalLong total, SendListener listener, Metrics metrics, LongSupplier nanoTime) {
    this.total = total;
    this.listener = listener;
    this.counter = metrics.counter("tidemill.samples.produced", "Samples sent as batches");
    this.nanoTime = nanoTime;
    this.progress = new SendProgress(0, 0, 0, total, 0, 0);
  }

  SendProgress progress() {
    return progress;
  }

  /** Samples that were read by this run. */
  long taken() {
    return taken;
  }

  void begin(long before) {
    start = nanoTime.getAsLong();
    tell(new SendProgress(before, 0, 0, total, 0, 0));
  }

  void take() {
    taken++;
  }

  /** One more record was sent. */
  void sent(long samples) {
    counter.increment((double) samples);
    SendProgress now = progress;
    long all = now.samples() + samples;
    double seconds = Math.max(1e-9, (nanoTime.getAsLong() - start) / NANOS);
    tell(
        new SendProgress(
            now.before(), all, now.records() + 1, total, all / seconds, now.refused()));
  }

  void refuse(String reason) {
    SendProgress now = progress;
    progress =
        new SendProgress(
            now.before(),
            now.samples(),
            now.records(),
            total,
            now.samplesPerSecond(),
            now.refused() + 1);
    listener.refused(reason);
  }

  private void tell(SendProgress now) {
    progress = now;
    listener.progressed(now);
  }
}
