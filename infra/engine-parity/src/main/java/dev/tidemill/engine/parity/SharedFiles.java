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

/** The reference trajectories and real data beside the repository, where there are any. */
final class SharedFiles {
  private static final Path ROOT =
      Path.of(System.getProperty("tidemill.shared", "../../../shared"));

  private SharedFiles() {}

  /** The test is skipped, with a plain message, where the file is not there. */
  static Path require(String path) {
    Path file = ROOT.resolve(path);
    assumeTrue(Files.exists(file), () -> "needs " + file + "; say -Dtidemill.shared=DIR");
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

  /** An unpacked IDX file without its header. */
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
