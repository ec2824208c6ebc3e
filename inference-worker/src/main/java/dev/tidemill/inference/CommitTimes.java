package dev.tidemill.inference;

import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * How long answers waited for their commit since this was last asked for. Any thread records,
 * without waiting; one thread asks.
 */
final class CommitTimes {
  private static final int DIGITS = 2;
  private static final double NANOS_PER_MILLI = 1e6;

  private final Recorder recorder = new Recorder(DIGITS);
  private @Nullable Histogram interval;

  void record(long nanos) {
    recorder.recordValue(nanos);
  }

  /** Returns median and 99th percentile in milliseconds since the call before; empty if none. */
  Map<String, Double> drain() {
    Histogram times = recorder.getIntervalHistogram(interval);
    interval = times;
    return times.getTotalCount() == 0
        ? Map.of()
        : Map.of(
            "commit.ms.p50", times.getValueAtPercentile(50) / NANOS_PER_MILLI,
            "commit.ms.p99", times.getValueAtPercentile(99) / NANOS_PER_MILLI);
  }
}
