package dev.tidemill.producer.source.rows;

import dev.tidemill.producer.source.UnusableSourceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;

/**
 * A file of data. One that is compressed is unpacked into a temporary file, because samples are
 * read at any position.
 *
 * @param name the file as the user names it, for messages
 * @param content the file to read
 */
public record DataFile(Path name, Path content) implements AutoCloseable {

  /**
   * Opens a file, which {@link #close} deletes if it is a temporary one.
   *
   * @throws UnusableSourceException if it cannot be read, or is truncated or damaged
   */
  public static DataFile open(Path file) {
    String name = String.valueOf(file.getFileName());
    if (name.endsWith(".zst")) {
      throw new UnusableSourceException(
          file + " is compressed with zstd, which is not supported; unpack it, or use gzip");
    }
    return name.endsWith(".gz") ? unpacked(file) : new DataFile(file, file);
  }

  private static DataFile unpacked(Path file) {
    Path content = null;
    try (InputStream packed = Files.newInputStream(file);
        InputStream in = new GZIPInputStream(packed)) {
      content = Files.createTempFile("tidemill-", ".data");
      content.toFile().deleteOnExit();
      long unused = Files.copy(in, content, StandardCopyOption.REPLACE_EXISTING);
      return new DataFile(file, content);
    } catch (NoSuchFileException e) {
      throw new UnusableSourceException(file + " does not exist", e);
    } catch (IOException e) {
      DataFile damaged = new DataFile(file, content == null ? file : content);
      damaged.close();
      throw new UnusableSourceException(
          file + " cannot be unpacked: it is truncated or damaged (" + e.getMessage() + ")", e);
    }
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
