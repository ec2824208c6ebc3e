package dev.tidemill.producer.source.rows;

/**
 * Where a row begins.
 *
 * @param offset in bytes from the file's beginning
 * @param line from 1
 */
public record RowStart(long offset, long line) {
  /** The file's beginning. */
  public static final RowStart FIRST = new RowStart(0, 1);
}
