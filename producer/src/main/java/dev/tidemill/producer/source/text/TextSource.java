package dev.tidemill.producer.source.text;

import dev.tidemill.producer.source.Fingerprint;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.Window;
import dev.tidemill.producer.source.rows.DataFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The bytes of a file in windows, whatever its encoding. Only the windows being read are in memory,
 * so the file may have any size. Bytes after the last full window are ignored. Any thread.
 */
public final class TextSource implements IndexedSource {
  private final DataFile data;
  private final Path file;
  private final FileChannel channel;
  private final Window window;
  private final SourceDescription description;

  /**
   * Opens a file and reads it once for the fingerprint in its key.
   *
   * @throws UnusableSourceException if the file cannot be read or is shorter than a window
   */
  public static TextSource open(Path file, Window window) {
    DataFile data = DataFile.open(file);
    FileChannel channel = channel(data);
    try {
      long samples = samples(file, channel.size(), window);
      String key = SourceDescription.keyOf("text", file) + "#" + Fingerprint.of(channel);
      return new TextSource(data, channel, window, key + "," + window.key(), samples);
    } catch (IOException e) {
      close(channel, data);
      throw unreadable(file, e);
    } catch (UnusableSourceException e) {
      close(channel, data);
      throw e;
    }
  }

  private TextSource(DataFile data, FileChannel channel, Window window, String key, long samples) {
    this.data = data;
    this.file = data.name();
    this.channel = channel;
    this.window = window;
    this.description =
        SourceDescription.of(key, OptionalLong.of(samples), List.of((long) window.length()));
  }

  private static FileChannel channel(DataFile data) {
    Path file = data.name();
    try {
      return FileChannel.open(data.content());
    } catch (NoSuchFileException e) {
      throw new UnusableSourceException(file + " does not exist", e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Counts the windows. Each needs one byte after it, which is the label of its last position. */
  private static long samples(Path file, long bytes, Window window) {
    long most = bytes - window.length() - 1;
    if (most < 0) {
      throw new UnusableSourceException(
          file
              + " has "
              + bytes
              + " bytes; a window of "
              + window.length()
              + " needs at least "
              + (window.length() + 1L));
    }
    return most / window.stride() + 1;
  }

  @Override
  public SourceDescription description() {
    return description;
  }

  @Override
  public Sample at(long index) {
    byte[] bytes = new byte[window.length() + 1];
    ByteBuffer into = ByteBuffer.wrap(bytes);
    long begin = index * window.stride();
    try {
      while (into.hasRemaining()) {
        if (channel.read(into, begin + into.position()) < 0) {
          throw new UnusableSourceException(
              file + " has become shorter since it was opened: it now ends before sample " + index);
        }
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    return TextWindow.of(index, bytes);
  }

  @Override
  public void close() {
    close(channel, data);
  }

  private static void close(FileChannel channel, DataFile data) {
    try (data) {
      channel.close();
    } catch (IOException e) {
      throw new UnusableSourceException("cannot close a text file: " + e.getMessage(), e);
    }
  }

  private static UnusableSourceException unreadable(Path file, IOException e) {
    return new UnusableSourceException("cannot read " + file + ": " + e.getMessage(), e);
  }
}
