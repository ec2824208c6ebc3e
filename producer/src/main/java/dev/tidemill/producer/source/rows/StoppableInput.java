package dev.tidemill.producer.source.rows;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * An input stream that ends when it is stopped, for a blocking read that cannot be interrupted. If
 * a read is blocked at that time, its later bytes are dropped. One thread reads; any thread may
 * stop.
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
   * Whether the reader is blocked in a read, or was when the stream was stopped. The reader has
   * then processed all earlier bytes, except an incomplete line.
   */
  synchronized boolean isReadBlocked() {
    return waiting;
  }

  /** Whether the last byte read is not a line end. */
  synchronized boolean isWithinLine() {
    return last != '\n';
  }
}
