package dev.tidemill.engine.parity;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Reads reference trajectories and real data from a folder beside the repository, if it exists. */
final class SharedFiles {
  private static final Path ROOT =
      Path.of(System.getProperty("tidemill.shared", "../../../shared"));

  private SharedFiles() {}

  /** Returns a file. Skips the test, with a message, if it does not exist. */
  static Path require(String path) {
    Path file = ROOT.resolve(path);
    assumeTrue(Files.exists(file), () -> "needs " + file + "; set -Dtidemill.shared=DIR");
    return file;
  }

  static String text(String path) {
    try {
      return Files.readString(require(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ByteBuffer bytes(String path) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(require(path))).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Unpacks a gzipped IDX file and returns its contents without the header. */
  static ByteBuffer idx(String path) {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(require(path)))) {
      byte[] all = in.readAllBytes();
      int header = 4 + 4 * all[3];
      return ByteBuffer.wrap(all, header, all.length - header)
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
