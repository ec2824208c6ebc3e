package dev.tidemill.producer.requests;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import org.jspecify.annotations.Nullable;

/**
 * A request that has no answer yet.
 *
 * @param place its sample's place, which its id says
 * @param key of its record
 * @param truth null where it is not known
 * @param atNanos when it was sent
 * @param bytes an estimate of what it takes until it is answered, here and on its way
 */
record OpenRequest(long place, String key, @Nullable SampleLabel truth, long atNanos, long bytes) {
  /** Map entry, key, objects' headers. */
  private static final long BYTES_A_REQUEST = 256;

  /** A boxed number and the reference to it. */
  private static final long BYTES_A_TARGET = 24;

  static OpenRequest of(Sample sample, String key, long atNanos) {
    long bytes = BYTES_A_REQUEST + sample.data().remaining() + bytes(sample.truth());
    return new OpenRequest(sample.place(), key, sample.truth(), atNanos, bytes);
  }

  private static long bytes(@Nullable SampleLabel truth) {
    if (truth instanceof SampleLabel.Targets targets) {
      return BYTES_A_TARGET * targets.values().size();
    }
    return truth instanceof SampleLabel.NextBytes next ? next.numbers().remaining() : 0;
  }
}
