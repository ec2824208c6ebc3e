package dev.tidemill.producer.source.rows;

/**
 * The position where a row begins.
 *
 * @param offset bytes from the beginning of the file
 * @param line line number, from 1
 */
public record RowStart(long offset, long line) {
  /** The beginning of the file. */
  public static final RowStart FIRST = new RowStart(0, 1);
}
