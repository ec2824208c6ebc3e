package dev.tidemill.producer.source.table;

import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.RowBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * One row of a CSV file, by RFC 4180: cells apart by commas, quoted where they hold commas, quotes
 * (doubled) or line ends. Lines end in LF or CR LF; blank lines are passed over. Written here, and
 * not taken from a library, because a source needs to know at which byte each row begins.
 */
final class CsvRow {
  private static final int BYTE_ORDER_MARK = 0xEF;

  private final List<String> cells = new ArrayList<>();
  private final RowBytes cell = new RowBytes();
  private long line;

  /** Reads the next row into this one; false at the end. */
  boolean read(ByteFeed feed) {
    cells.clear();
    passBlank(feed);
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

  /** The cells of the row that was read last; changes with the next one. */
  List<String> cells() {
    return cells;
  }

  /** The line on which it begins, from 1. */
  long line() {
    return line;
  }

  /** Goes to where the next row begins. */
  static void passBlank(ByteFeed feed) {
    if (feed.here().offset() == 0 && feed.peek() == BYTE_ORDER_MARK) {
      feed.read();
      feed.read();
      feed.read();
    }
    while (feed.peek() == '\n' || feed.peek() == '\r') {
      feed.read();
    }
  }

  /** Whether another cell follows in this row. */
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
            feed.name() + " line " + line + ": a quoted cell is not closed before the file's end");
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
          feed.name() + " line " + line + ": something stands behind a closing quote");
    }
    return value == ',';
  }
}
