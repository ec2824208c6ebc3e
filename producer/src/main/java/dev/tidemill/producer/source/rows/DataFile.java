package dev.tidemill.producer.source.rows;

import dev.tidemill.producer.source.UnusableSourceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file of data. One that is compressed is unpacked into a temporary file, because samples are
 * read at any position.
 *
 * @param name the file as the user names it, for messages
 * @param content the file to read
 */
public record DataFile(Path name, Path content) implements AutoCloseable {
  private static final int COPIED_BYTES = 1 << 16;

  /**
   * Opens a file, which {@link #close} deletes if it is a temporary one.
   *
   * @throws UnusableSourceException if it cannot be read, or is truncated or damaged
   */
  public static DataFile open(Path file) {
    Compression compression = Compression.byName(file);
    Path folder = Path.of(System.getProperty("java.io.tmpdir", ""));
    return compression == null ? new DataFile(file, file) : unpacked(file, compression, folder);
  }

  /**
   * @param folder where the temporary file is created
   */
  static DataFile unpacked(Path file, Compression compression, Path folder) {
    try (InputStream in = opened(file, compression)) {
      DataFile unpacked = new DataFile(file, Files.createTempFile(folder, "tidemill-", ".data"));
      unpacked.content.toFile().deleteOnExit();
      try (OutputStream out = Files.newOutputStream(unpacked.content)) {
        copy(in, out, file);
      } catch (IOException | UnusableSourceException e) {
        unpacked.close();
        throw e;
      }
      return unpacked;
    } catch (IOException e) {
      throw new UnusableSourceException(
          file
              + " cannot be unpacked into "
              + folder
              + " ("
              + e.getMessage()
              + "); TIDEMILL_JAVA_OPTS=-Djava.io.tmpdir=DIR names another folder",
          e);
    }
  }

  private static InputStream opened(Path file, Compression compression) {
    try {
      return compression.open(file);
    } catch (NoSuchFileException e) {
      throw new UnusableSourceException(file + " does not exist", e);
    } catch (FileSystemException e) {
      throw new UnusableSourceException(file + " cannot be read: " + e, e);
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  private static void copy(InputStream in, OutputStream out, Path file) throws IOException {
    byte[] buffer = new byte[COPIED_BYTES];
    int count = read(in, buffer, file);
    while (count >= 0) {
      out.write(buffer, 0, count);
      count = read(in, buffer, file);
    }
  }

  private static int read(InputStream in, byte[] buffer, Path file) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  private static UnusableSourceException damaged(Path file, IOException cause) {
    return new UnusableSourceException(
        file + " cannot be unpacked: it is truncated or damaged (" + cause.getMessage() + ")",
        cause);
  }

  @Override
  public void close() {
    try {
      if (!content.equals(name)) {
        boolean unused = Files.deleteIfExists(content);
      }
    } catch (IOException e) {
      throw new UnusableSourceException("cannot delete " + content + ": " + e.getMessage(), e);
    }
  }
}
