package dev.tidemill.producer.source;

/**
 * Samples in an order that is the same each time they are read, numbered from 0. Standard input is
 * the one exception: it can be read once.
 */
public interface SampleSource extends AutoCloseable {
  SourceDescription description();

  /**
   * Reads on from a place.
   *
   * @param place the number of the first sample to read; at the end of a finite source there is
   *     nothing to read
   * @throws UnusableSourceException if it cannot be read from there
   */
  SampleReader read(long place);

  /** Lets go of its files. */
  @Override
  default void close() {}
}
