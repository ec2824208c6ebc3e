package dev.tidemill.producer.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Computes a short hash of data, so that sources with the same name but different data have
 * different keys.
 */
public final class Fingerprint {
  private static final int BYTES = 4;
  private static final int BLOCK = 1 << 16;

  private Fingerprint() {}

  /** Returns 8 hex digits of the SHA-256 of the concatenated parts. */
  public static String of(ByteBuffer... parts) {
    MessageDigest digest = sha256();
    for (ByteBuffer part : parts) {
      digest.update(part.duplicate());
    }
    return hex(digest);
  }

  /** Returns the fingerprint of a whole file. */
  public static String of(FileChannel file) throws IOException {
    MessageDigest digest = sha256();
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    long at = 0;
    for (int read = file.read(block, at); read >= 0; read = file.read(block, at)) {
      digest.update(block.flip());
      block.clear();
      at += read;
    }
    return hex(digest);
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
  }

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
