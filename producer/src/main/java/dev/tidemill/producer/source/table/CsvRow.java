package dev.tidemill.producer.source.table;

import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.RowBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses one row of a CSV file according to RFC 4180. Commas separate cells; cells with commas,
 * line ends or (doubled) quotes are quoted. Lines end with LF or CR LF, and blank lines are
 * skipped. No library is used, because a source needs the byte offset of each row.
 */
final class CsvRow {
  private static final int BYTE_ORDER_MARK = 0xEF;

  private final List<String> cells = new ArrayList<>();
  private final RowBytes cell = new RowBytes();
  private long line;

  /** Reads the next row, replacing this one; returns false at the end. */
  boolean read(ByteFeed feed) {
    cells.clear();
    skipBlank(feed);
    line = feed.here().line();
    if (feed.peek() == -1) {
      return false;
    }
    boolean more = true;
    while (more) {
      cell.clear();
      more = feed.peek() == '"' ? quoted(feed) : plain(feed);
      cells.add(cell.text());
    }
    return true;
  }

  /** The cells of the last row read; the list changes with the next read. */
  List<String> cells() {
    return cells;
  }

  /** The line where the row begins, from 1. */
  long line() {
    return line;
  }

  /** Skips a byte order mark and blank lines, up to the next row. */
  static void skipBlank(ByteFeed feed) {
    if (feed.here().offset() == 0 && feed.peek() == BYTE_ORDER_MARK) {
      feed.read();
      feed.read();
      feed.read();
    }
    while (feed.peek() == '\n' || feed.peek() == '\r') {
      feed.read();
    }
  }

  /** Reads an unquoted cell; returns whether another cell follows in this row. */
  private boolean plain(ByteFeed feed) {
    while (true) {
      int value = feed.read();
      if (value == ',') {
        return true;
      }
      if (value == -1 || value == '\n') {
        return false;
      }
      if (value != '\r' || feed.peek() != '\n') {
        cell.add(value, feed);
      }
    }
  }

  private boolean quoted(ByteFeed feed) {
    feed.read();
    while (true) {
      int value = feed.read();
      if (value == -1) {
        throw new UnusableSourceException(
            feed.name() + " line " + line + ": a quoted cell has no closing quote");
      }
      if (value == '"' && feed.peek() != '"') {
        return afterQuotes(feed);
      }
      cell.add(value == '"' ? feed.read() : value, feed);
    }
  }

  private boolean afterQuotes(ByteFeed feed) {
    int value = feed.read();
    if (value == '\r' && feed.peek() == '\n') {
      value = feed.read();
    }
    if (value != ',' && value != '\n' && value != -1) {
      throw new UnusableSourceException(
          feed.name() + " line " + line + ": unexpected text after a closing quote");
    }
    return value == ',';
  }
}
