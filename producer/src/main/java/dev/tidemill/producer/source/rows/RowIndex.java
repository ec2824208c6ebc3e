package dev.tidemill.producer.source.rows;

import java.util.Arrays;

/** Where every 16th row of a file begins: one byte of memory a row. */
public final class RowIndex {
  static final int STRIDE = 16;
  private static final int FIRST_CAPACITY = 64;

  private long[] offsets = new long[FIRST_CAPACITY];
  private long[] lines = new long[FIRST_CAPACITY];
  private long rows;

  /** Notes the next row. */
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

  /** Where to begin to read in order to come to a row: its own beginning, or one before it. */
  public RowStart before(long row) {
    int at = (int) (row / STRIDE);
    return new RowStart(offsets[at], lines[at]);
  }

  /** How many rows are passed on the way from there. */
  public int passed(long row) {
    return (int) (row % STRIDE);
  }
}
