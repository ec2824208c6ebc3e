package dev.tidemill.producer.source;

import org.jspecify.annotations.Nullable;

/** Samples one after the other. Used by one thread. */
public interface SampleReader extends AutoCloseable {
  /**
   * The next sample.
   *
   * @param waitNanos how long to wait for one at most; only standard input is ever waited for
   * @return null if there is none: at the end, or because none came in that time
   * @throws MalformedSampleException if it cannot be used; reading goes on behind it
   * @throws UnusableSourceException if the source cannot be read on
   */
  @Nullable Sample next(long waitNanos) throws InterruptedException;

  /** Whether there are no more samples. */
  boolean ended();

  /**
   * Ends the reading: samples that have been taken from the source are still handed out, no more
   * are taken. Only a stream has any of those.
   */
  default void stop() {}

  @Override
  default void close() {}
}
