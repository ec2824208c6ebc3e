package dev.tidemill.producer.source.idx;

import static dev.tidemill.producer.source.rows.CompressedFiles.gzip;
import static dev.tidemill.producer.source.rows.CompressedFiles.join;
import static dev.tidemill.producer.source.rows.CompressedFiles.zstd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReaders;
import dev.tidemill.producer.source.UnusableSourceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxSourceTest {
  @TempDir Path dir;

  @Test
  void readsPlainAndGzippedFilesAlike() throws IOException {
    write("t10k-images-idx3-ubyte", images(5));
    write("t10k-labels-idx1-ubyte", labels(5));
    List<Sample> plain = SampleReaders.all(directory().test());
    Files.delete(dir.resolve("t10k-images-idx3-ubyte"));
    Files.delete(dir.resolve("t10k-labels-idx1-ubyte"));
    write("t10k-images-idx3-ubyte.gz", gzip(images(5)));
    write("t10k-labels-idx1-ubyte.gz", gzip(labels(5)));

    assertThat(SampleReaders.all(directory().test())).isEqualTo(plain).hasSize(5);
    assertThat(plain.get(3).shape()).containsExactly(1L, 4L, 3L);
    assertThat(SampleReaders.classOf(plain.get(3))).isEqualTo(3);
    assertThat(plain.get(3).data().get(11)).isEqualTo(images(5)[16 + 3 * 12 + 11]);
  }

  @Test
  void usesSinglePairForBothParts() throws IOException {
    write("t10k-images-idx3-ubyte.gz", gzip(images(5)));
    write("t10k-labels-idx1-ubyte.gz", gzip(labels(5)));
    assertThat(directory().hasBoth()).isFalse();
    assertThat(directory().train().description()).isEqualTo(directory().test().description());
  }

  @Test
  void separatesTrainAndTestFiles() throws IOException {
    write("t10k-images-idx3-ubyte", images(2));
    write("t10k-labels-idx1-ubyte", labels(2));
    write("train-images.idx3-ubyte", images(6));
    write("train-labels.idx1-ubyte", labels(6));
    assertThat(directory().hasBoth()).isTrue();
    assertThat(directory().train().description().count()).hasValue(6);
    assertThat(directory().test().description().count()).hasValue(2);
    assertThat(directory().train().description().key()).startsWith("idx:train#");
  }

  @Test
  void keyDependsOnTheData() throws IOException {
    write("t10k-images-idx3-ubyte", images(2));
    write("t10k-labels-idx1-ubyte", labels(2));
    String key = directory().test().description().key();
    byte[] other = labels(2);
    other[8] = 7;
    write("t10k-labels-idx1-ubyte", other);
    assertThat(directory().test().description().key()).isNotEqualTo(key);
  }

  @Test
  void detectsTruncationAnywhere() throws IOException {
    write("t10k-labels-idx1-ubyte", labels(50));
    byte[] whole = images(50);
    byte[] zipped = gzip(whole);
    for (int length : new int[] {0, 1, 3, 5, 15, 16, 100, whole.length - 1}) {
      write("t10k-images-idx3-ubyte", Arrays.copyOf(whole, length));
      assertUnusable("t10k-images-idx3-ubyte is truncated");
    }
    Files.delete(dir.resolve("t10k-images-idx3-ubyte"));
    for (int length : new int[] {2, 9, 20, zipped.length / 2, zipped.length - 1}) {
      write("t10k-images-idx3-ubyte.gz", Arrays.copyOf(zipped, length));
      assertUnusable("t10k-images-idx3-ubyte.gz is truncated");
    }
  }

  @Test
  void readsZstdAndNoticesItsDamage() throws IOException {
    write("t10k-images-idx3-ubyte.zst", zstd(images(5)));
    write("t10k-labels-idx1-ubyte.zst", zstd(labels(5)));
    assertThat(directory().test().description().count()).hasValue(5);
    byte[] whole = zstd(images(50));
    for (int length : new int[] {9, whole.length / 2, whole.length - 1}) {
      write("t10k-images-idx3-ubyte.zst", Arrays.copyOf(whole, length));
      assertUnusable("t10k-images-idx3-ubyte.zst is truncated or damaged");
    }
  }

  @Test
  void noticesDamageAfterTheFirstGzipMember() throws IOException {
    write("t10k-labels-idx1-ubyte", labels(5));
    write("t10k-images-idx3-ubyte.gz", join(gzip(images(5)), new byte[] {1, 2, 3}));
    assertUnusable("t10k-images-idx3-ubyte.gz is truncated or damaged");
    write("t10k-images-idx3-ubyte.gz", join(gzip(images(5)), new byte[64]));
    assertThat(directory().test().description().count()).hasValue(5);
  }

  @Test
  void namesExpectedAndActualContents() throws IOException {
    write("t10k-images-idx3-ubyte", Arrays.copyOf(images(5), 40));
    write("t10k-labels-idx1-ubyte", labels(5));
    assertUnusable("its header [5, 4, 3] declares 60 bytes, but it has 24");
    write("t10k-images-idx3-ubyte", Arrays.copyOf(images(5), 77));
    assertUnusable("is longer than the 60 bytes");
    write("t10k-images-idx3-ubyte", labels(5));
    assertUnusable("has shape [5]; images need at least 2 dimensions");
    write("t10k-images-idx3-ubyte", "P5 28 28 255\n".getBytes(StandardCharsets.US_ASCII));
    assertUnusable("is not an IDX file of unsigned bytes: it starts with 50352032");
    write("t10k-images-idx3-ubyte", images(4));
    assertUnusable("has 4 images but");
    Files.delete(dir.resolve("t10k-labels-idx1-ubyte"));
    assertUnusable("has t10k-images-idx3-ubyte but no t10k-labels-idx1-ubyte");
  }

  @Test
  void falseHeaderAllocatesNoMemory() throws IOException {
    ByteBuffer lying = ByteBuffer.allocate(100).putInt(0x803).putInt(2_000_000).putInt(28);
    write("t10k-images-idx3-ubyte", lying.putInt(28).array());
    write("t10k-labels-idx1-ubyte", labels(5));
    assertUnusable("declares 1568000000 bytes, but it has 84");
    lying.putInt(4, Integer.MAX_VALUE).putInt(8, Integer.MAX_VALUE).putInt(12, Integer.MAX_VALUE);
    write("t10k-images-idx3-ubyte", lying.array());
    assertUnusable("overflow");
  }

  @Test
  void randomDamageCausesOnlyUnusableSourceException() throws IOException {
    write("t10k-labels-idx1-ubyte", labels(20));
    byte[] zipped = gzip(images(20));
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      byte[] damaged = zipped.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      write("t10k-images-idx3-ubyte.gz", damaged);
      try {
        directory().test();
      } catch (UnusableSourceException e) {
        assertThat(e).hasMessageContaining("t10k-images-idx3-ubyte.gz");
      }
    }
  }

  @Test
  void namesMissingOrEmptyDirectory() {
    assertThatThrownBy(() -> new IdxDirectory("idx", dir.resolve("absent")))
        .hasMessage(dir.resolve("absent") + " does not exist");
    assertThatThrownBy(this::directory).hasMessageContaining("has neither train-images");
  }

  private void assertUnusable(String message) {
    assertThatThrownBy(() -> directory().test())
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(dir.toString());
  }

  private IdxDirectory directory() {
    return new IdxDirectory("idx", dir);
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(dir.resolve(name), bytes);
  }

  private static byte[] images(int count) {
    ByteBuffer file = ByteBuffer.allocate(16 + 12 * count);
    file.putInt(0x803).putInt(count).putInt(4).putInt(3);
    byte[] pixels = new byte[12 * count];
    new Random(count).nextBytes(pixels);
    return file.put(pixels).array();
  }

  private static byte[] labels(int count) {
    ByteBuffer file = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
    for (int i = 0; i < count; i++) {
      file.put((byte) (i % 10));
    }
    return file.array();
  }
}
