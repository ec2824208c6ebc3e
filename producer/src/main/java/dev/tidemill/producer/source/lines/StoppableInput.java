package dev.tidemill.producer.source.lines;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that ends when it is stopped, for a reading thread that cannot be interrupted. What a
 * read that is then waiting brings later is dropped. Read by one thread, stopped by any.
 */
final class StoppableInput extends FilterInputStream {
  private static final int END = -1;

  private boolean stopped;
  private boolean waiting;
  private byte last = '\n';

  StoppableInput(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) == END ? END : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    synchronized (this) {
      if (stopped) {
        return END;
      }
      waiting = true;
    }
    int read = super.read(buffer, offset, length);
    synchronized (this) {
      if (stopped) {
        return END;
      }
      waiting = false;
      if (read > 0) {
        last = buffer[offset + read - 1];
      }
      return read;
    }
  }

  synchronized void stop() {
    stopped = true;
  }

  /**
   * Whether its reader waits, or waited when the stream was stopped, in a read for more bytes: all
   * that it was given before is used up, but for an incomplete line.
   */
  synchronized boolean isSilent() {
    return waiting;
  }

  /** Whether the last byte that was read does not end a line. */
  synchronized boolean isWithinLine() {
    return last != '\n';
  }
}
