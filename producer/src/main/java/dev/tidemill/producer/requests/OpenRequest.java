package dev.tidemill.producer.requests;

import dev.tidemill.producer.source.NamedValues;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import org.jspecify.annotations.Nullable;

/**
 * A request that has no answer yet.
 *
 * @param index number of its sample, which is part of its id
 * @param key key of its record
 * @param expected the label; null if it is unknown
 * @param atNanos when it was sent
 * @param bytes estimated memory until the answer, here and in the Kafka client
 */
record OpenRequest(
    long index, String key, @Nullable SampleLabel expected, long atNanos, long bytes) {
  /** A map entry, a key and object headers. */
  private static final long BYTES_PER_REQUEST = 256;

  /** A boxed number and a reference. */
  private static final long BYTES_PER_TARGET = 24;

  /** A name, a boxed number or a short text, and a map entry. */
  private static final long BYTES_PER_VALUE = 64;

  static OpenRequest of(Sample sample, String key, long atNanos) {
    long bytes =
        BYTES_PER_REQUEST
            + sample.data().remaining()
            + bytes(sample.values())
            + bytes(sample.label());
    return new OpenRequest(sample.index(), key, sample.label(), atNanos, bytes);
  }

  private static long bytes(@Nullable NamedValues values) {
    return values == null ? 0 : BYTES_PER_VALUE * values.names().size();
  }

  private static long bytes(@Nullable SampleLabel expected) {
    if (expected instanceof SampleLabel.Targets targets) {
      return BYTES_PER_TARGET * targets.values().size();
    }
    return expected instanceof SampleLabel.NextBytes next ? next.numbers().remaining() : 0;
  }
}
