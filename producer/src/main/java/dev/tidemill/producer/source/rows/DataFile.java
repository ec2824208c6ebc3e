package dev.tidemill.producer.source.rows;

import dev.tidemill.producer.source.UnusableSourceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

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
    Compression compression = Compression.byName(file);
    return compression == null ? new DataFile(file, file) : unpacked(file, compression);
  }

  private static DataFile unpacked(Path file, Compression compression) {
    Path content = null;
    try (InputStream in = compression.open(file)) {
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
