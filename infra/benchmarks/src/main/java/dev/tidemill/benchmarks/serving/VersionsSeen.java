package dev.tidemill.benchmarks.serving;

import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/** When an answer by each version was first seen, on the clock that all processes share. */
final class VersionsSeen {
  private final Map<Long, Long> firstMicros = new TreeMap<>();
  private final SingleObjectFormat format = new SingleObjectFormat();

  void answered(byte[] prediction, Instant now) {
    long version = format.decode("predictions", prediction, Prediction.class).getModelVersion();
    firstMicros.putIfAbsent(version, micros(now));
  }

  /** Microseconds since the epoch, by version. */
  Map<Long, Long> firstMicros() {
    return firstMicros;
  }

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
