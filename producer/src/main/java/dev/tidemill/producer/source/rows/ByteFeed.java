package dev.tidemill.producer.source.rows;

import dev.tidemill.producer.source.UnusableSourceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the bytes of a file or stream and tracks the offset and line. One thread. */
public final class ByteFeed implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 14;
  private static final int END = -1;

  private final String name;
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int next;
  private int filled;
  private long position;
  private long line;

  private ByteFeed(String name, InputStream in, RowStart start) {
    this.name = name;
    this.in = in;
    this.position = start.offset();
    this.line = start.line();
  }

  /** Reads a stream from its current position; {@link #close} closes the stream. */
  public static ByteFeed of(String name, InputStream in) {
    return new ByteFeed(name, in, RowStart.FIRST);
  }

  /**
   * Reads a file from the start of a row.
   *
   * @throws UnusableSourceException if the file cannot be read
   */
  public static ByteFeed of(DataFile data, RowStart start) {
    Path file = data.name();
    try {
      if (!Files.isRegularFile(data.content())) {
        throw new UnusableSourceException(
            file + (Files.exists(file) ? " is not a file" : " does not exist"));
      }
      SeekableByteChannel channel = Files.newByteChannel(data.content());
      channel.position(start.offset());
      return new ByteFeed(file.toString(), Channels.newInputStream(channel), start);
    } catch (NoSuchFileException e) {
      throw new UnusableSourceException(file + " does not exist", e);
    } catch (IOException e) {
      throw new UnusableSourceException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** The name of the file or stream, for messages. */
  public String name() {
    return name;
  }

  /** The position of the next byte. */
  public RowStart here() {
    return new RowStart(position, line);
  }

  /** Reads the next byte; returns -1 at the end. */
  public int read() {
    int value = peek();
    if (value != END) {
      next++;
      position++;
      line += value == '\n' ? 1 : 0;
    }
    return value;
  }

  /** Returns the next byte without consuming it, or -1 at the end. */
  public int peek() {
    if (next == filled) {
      fill();
    }
    return filled == END ? END : buffer[next] & 0xFF;
  }

  /**
   * Returns a byte after the next one without consuming it, or -1 after the end.
   *
   * @param ahead bytes to skip; only the part of the data that is in memory can be looked at
   */
  public int peekAhead(int ahead) {
    return peek() == END || next + ahead >= filled ? END : buffer[next + ahead] & 0xFF;
  }

  /** Skips the byte order mark of UTF-8, if this is the beginning and there is one. */
  public void skipByteOrderMark() {
    if (position == 0 && peek() == 0xEF && peekAhead(1) == 0xBB && peekAhead(2) == 0xBF) {
      read();
      read();
      read();
    }
  }

  private void fill() {
    if (filled == END) {
      return;
    }
    try {
      filled = in.read(buffer);
      next = filled == END ? END : 0;
    } catch (IOException e) {
      throw new UnusableSourceException("cannot read " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UnusableSourceException("cannot close " + name + ": " + e.getMessage(), e);
    }
  }
}
