package dev.tidemill.producer.source;

/**
 * A source of samples, numbered from 0 and in the same order each time. The exception is a stream
 * (standard input), which can be read only once.
 */
public interface SampleSource extends AutoCloseable {
  SourceDescription description();

  /**
   * Opens a reader at a sample.
   *
   * @param index the first sample to read; the count of a finite source gives an empty reader
   * @throws UnusableSourceException if the source cannot be read from there
   */
  SampleReader read(long index);

  /** Closes the source's files. */
  @Override
  default void close() {}
}
