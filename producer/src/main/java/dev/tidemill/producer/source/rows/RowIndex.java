package dev.tidemill.producer.source.rows;

import java.util.Arrays;

/** The positions of every 16th row of a file, which takes one byte of memory per row. */
public final class RowIndex {
  static final int STRIDE = 16;
  private static final int FIRST_CAPACITY = 64;

  private long[] offsets = new long[FIRST_CAPACITY];
  private long[] lines = new long[FIRST_CAPACITY];
  private long rows;

  /** Adds the next row. */
  public void add(RowStart start) {
    if (rows % STRIDE == 0) {
      int at = (int) (rows / STRIDE);
      if (at == offsets.length) {
        offsets = Arrays.copyOf(offsets, 2 * at);
        lines = Arrays.copyOf(lines, 2 * at);
      }
      offsets[at] = start.offset();
      lines[at] = start.line();
    }
    rows++;
  }

  public long rows() {
    return rows;
  }

  /** The indexed position at or before a row, to start reading from. */
  public RowStart seekPoint(long row) {
    int at = (int) (row / STRIDE);
    return new RowStart(offsets[at], lines[at]);
  }

  /** Number of rows to skip from {@link #seekPoint} to the row. */
  public int rowsToSkip(long row) {
    return (int) (row % STRIDE);
  }
}
