package dev.tidemill.producer.source.rows;

import static dev.tidemill.producer.source.rows.CompressedFiles.gzip;
import static dev.tidemill.producer.source.rows.CompressedFiles.join;
import static dev.tidemill.producer.source.rows.CompressedFiles.zstd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.producer.source.UnusableSourceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFileTest {
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"gz", "zst"})
  void readsOneAndSeveralParts(String ending) throws IOException {
    byte[] first = random(300_000);
    byte[] second = random(70_001);
    assertThat(unpacked(ending, pack(ending, first))).isEqualTo(first);
    assertThat(
            unpacked(
                ending, join(pack(ending, first), pack(ending, new byte[0]), pack(ending, second))))
        .isEqualTo(join(first, second));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "zst"})
  void refusesATruncatedFile(String ending) throws IOException {
    byte[] part = pack(ending, random(5_000));
    byte[] two = join(part, part);
    for (int length : new int[] {1, 9, 100, part.length - 1, part.length + 1, two.length - 1}) {
      assertDamaged(ending, Arrays.copyOf(two, length));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "zst"})
  void refusesADamagedPartAfterTheFirst(String ending) throws IOException {
    byte[] part = pack(ending, random(5_000));
    for (int at = part.length; at < 2 * part.length; at += 611) {
      byte[] damaged = join(part, part);
      damaged[at] ^= 0x55;
      assertDamaged(ending, damaged);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "zst"})
  void refusesGarbageAtTheEnd(String ending) throws IOException {
    byte[] part = pack(ending, random(100));
    assertDamaged(ending, join(part, "x".getBytes(StandardCharsets.US_ASCII)));
    assertDamaged(ending, join(part, "a,label\n1,2\n".getBytes(StandardCharsets.US_ASCII)));
    assertDamaged(ending, join(part, new byte[512], new byte[] {7}));
  }

  @Test
  void acceptsZerosAfterTheLastMemberOfGzip() throws IOException {
    byte[] bytes = random(1_000);
    assertThat(unpacked("gz", join(gzip(bytes), new byte[512]))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "zst"})
  void refusesAFileThatIsNotCompressed(String ending) throws IOException {
    assertDamaged(ending, "a,label\n1,2\n".getBytes(StandardCharsets.US_ASCII));
    Path absent = dir.resolve("absent." + ending);
    assertThatThrownBy(() -> DataFile.open(absent)).hasMessage(absent + " does not exist");
  }

  @Test
  void namesTheFolderThatHasNoRoom() throws IOException {
    Path file = Files.write(dir.resolve("t.csv.gz"), gzip(random(100)));
    Path folder = dir.resolve("absent");
    assertThatThrownBy(() -> DataFile.unpacked(file, Compression.GZIP, folder))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageStartingWith(file + " cannot be unpacked into " + folder + " (")
        .hasMessageEndingWith("-Djava.io.tmpdir=DIR names another folder");
  }

  private void assertDamaged(String ending, byte[] packed) throws IOException {
    Path file = Files.write(dir.resolve("t.csv." + ending), packed);
    assertThatThrownBy(() -> DataFile.open(file))
        .as("%d bytes", packed.length)
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageStartingWith(file + " cannot be unpacked: it is truncated or damaged (");
  }

  private byte[] unpacked(String ending, byte[] packed) throws IOException {
    Path file = Files.write(dir.resolve("t." + ending), packed);
    try (DataFile data = DataFile.open(file)) {
      assertThat(data.name()).isEqualTo(file);
      return Files.readAllBytes(data.content());
    }
  }

  private static byte[] pack(String ending, byte[] bytes) throws IOException {
    return ending.equals("gz") ? gzip(bytes) : zstd(bytes);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
