package dev.tidemill.producer.source.rows;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The compressions that files may have. */
public enum Compression {
  GZIP(".gz", 0x1F, 0x8B) {
    @Override
    InputStream unpack(BufferedInputStream packed) throws IOException {
      return new GzipMembers(packed);
    }
  },

  /** A frame that is incomplete is an error; frames are read one after the other. */
  ZSTD(".zst", 0x28, 0xB5) {
    @Override
    InputStream unpack(BufferedInputStream packed) throws IOException {
      return new ZstdInputStream(packed);
    }
  };

  private static final int BUFFER_BYTES = 1 << 16;

  private final String ending;

  /** The first two bytes of a file. */
  private final int magic;

  Compression(String ending, int first, int second) {
    this.ending = ending;
    this.magic = first << 8 | second;
  }

  abstract InputStream unpack(BufferedInputStream packed) throws IOException;

  /** Returns the compression that a file's name ends with; null if there is none. */
  static @Nullable Compression byName(Path file) {
    for (Compression each : values()) {
      if (String.valueOf(file.getFileName()).endsWith(each.ending)) {
        return each;
      }
    }
    return null;
  }

  /** Opens a file that has this compression. */
  InputStream open(Path file) throws IOException {
    BufferedInputStream packed = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    try {
      return unpack(packed);
    } catch (IOException e) {
      packed.close();
      throw e;
    }
  }

  /**
   * Opens a file. Its first bytes tell whether it is compressed; its name does not matter.
   *
   * @throws IOException if it cannot be read; reading throws one if it is truncated or damaged
   */
  public static InputStream openAny(Path file) throws IOException {
    int found;
    try (InputStream in = Files.newInputStream(file)) {
      found = in.read() << 8 | in.read();
    }
    for (Compression each : values()) {
      if (found == each.magic) {
        return each.open(file);
      }
    }
    return new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
  }
}
