package dev.tidemill.producer.source;

import org.jspecify.annotations.Nullable;

/** Reads samples in order. One thread. */
public interface SampleReader extends AutoCloseable {
  /**
   * Reads the next sample.
   *
   * @param waitNanos maximum wait; files and synthetic sources never wait
   * @return null at the end, or if no sample arrived in time
   * @throws MalformedSampleException if the sample is malformed; the next call continues after it
   * @throws UnusableSourceException if reading cannot continue
   */
  @Nullable Sample next(long waitNanos) throws InterruptedException;

  /** Whether there are no more samples. */
  boolean ended();

  /**
   * Stops reading from the underlying stream. {@link #next} still returns the samples that were
   * received before. Has no effect on other sources.
   */
  default void stop() {}

  @Override
  default void close() {}
}
