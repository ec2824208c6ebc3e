package dev.tidemill.producer.source.csv;

import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.RowBytes;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses one row of a CSV file according to RFC 4180. A delimiter separates cells; cells with
 * delimiters, line ends or (doubled) quotes are quoted. Lines end with LF or CR LF, and blank lines
 * are skipped. docs/rationale.md says why no library is used.
 */
final class CsvRow {

  private final List<String> cells = new ArrayList<>();
  private final RowBytes cell = new RowBytes();
  private final int delimiter;
  private final Charset encoding;
  private List<String> names = List.of();
  private long line;

  CsvRow(char delimiter, Charset encoding) {
    this.delimiter = delimiter;
    this.encoding = encoding;
  }

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
      cells.add(text(feed));
    }
    return true;
  }

  private String text(ByteFeed feed) {
    String text = cell.text(encoding);
    if (text == null) {
      throw new UnusableSourceException(
          feed.name()
              + " line "
              + line
              + ", column "
              + column()
              + ": not "
              + encoding.name()
              + "; if the file has another encoding, name it in data.encoding, e.g. ISO-8859-1");
    }
    return text;
  }

  private String column() {
    int at = cells.size();
    return at < names.size() ? "`" + names.get(at) + "`" : Integer.toString(at + 1);
  }

  /** Sets the columns' names, for messages. */
  void name(List<String> columns) {
    names = columns;
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
    feed.skipByteOrderMark();
    while (feed.peek() == '\n' || feed.peek() == '\r') {
      feed.read();
    }
  }

  /** Reads an unquoted cell; returns whether another cell follows in this row. */
  private boolean plain(ByteFeed feed) {
    while (true) {
      int value = feed.read();
      if (value == delimiter) {
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
    if (value != delimiter && value != '\n' && value != -1) {
      throw new UnusableSourceException(
          feed.name() + " line " + line + ": unexpected text after a closing quote");
    }
    return value == delimiter;
  }
}
