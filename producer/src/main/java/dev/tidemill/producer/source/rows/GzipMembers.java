package dev.tidemill.producer.source.rows;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Reads all members of a gzip file (RFC 1952) and checks each one's checksum and length. The JDK's
 * stream ends in silence where a member after the first is damaged. Zeros may follow the last
 * member, as gzip allows; anything else that is not a member is an error.
 */
final class GzipMembers extends InputStream {
  private static final int END = -1;

  private final BufferedInputStream packed;
  private InputStream member;

  GzipMembers(BufferedInputStream packed) throws IOException {
    this.packed = packed;
    this.member = nextMember();
  }

  /** Opens the member that begins at the next byte. */
  private InputStream nextMember() throws IOException {
    // It marks and resets the stream, so that it stops at the end of the member.
    return GzipCompressorInputStream.builder()
        .setInputStream(packed)
        .setDecompressConcatenated(false)
        .get();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) == END ? END : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = member.read(buffer, offset, length);
    while (read == END && hasMore()) {
      member = nextMember();
      read = member.read(buffer, offset, length);
    }
    return read;
  }

  /** Whether anything but zeros follows. */
  private boolean hasMore() throws IOException {
    packed.mark(1);
    int next = packed.read();
    if (next > 0) {
      packed.reset();
      return true;
    }
    while (next == 0) {
      next = packed.read();
    }
    if (next != END) {
      throw new IOException("garbage follows the last member");
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    packed.close();
  }
}
