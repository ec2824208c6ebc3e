package dev.tidemill.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class UnpackerTest {
  private static final String LIBRARY = "libsnappyjava.so";
  private static final NativeBundle SNAPPY =
      new NativeBundle("snappy", "org/xerial/snappy/native/Linux/x86_64", LIBRARY);

  @TempDir private Path folder = Path.of("");

  @Test
  void writesNothingIfAlreadyUnpacked() throws Exception {
    Unpacker.Unpacked first = unpacker().unpack(SNAPPY);
    Path library = first.folder().resolve(LIBRARY);
    FileTime old = FileTime.fromMillis(1000);
    Files.setLastModifiedTime(library, old);
    Files.setLastModifiedTime(natives(), old);

    assertThat(unpacker().unpack(SNAPPY)).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(library)).isEqualTo(old);
    assertThat(Files.getLastModifiedTime(natives())).isEqualTo(old);
  }

  @Test
  void concurrentThreadsUnpackOnce() throws Exception {
    CountDownLatch together = new CountDownLatch(4);
    Set<Object> keys = ConcurrentHashMap.newKeySet();
    Runnable unpacking =
        () -> {
          together.countDown();
          Path library = unpacker().unpack(SNAPPY).folder().resolve(LIBRARY);
          try {
            keys.add(Files.readAttributes(library, "unix:ino"));
          } catch (IOException e) {
            keys.add(e);
          }
        };
    List<Thread> threads = IntStream.range(0, 4).mapToObj(i -> new Thread(unpacking)).toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(keys).hasSize(1);
  }

  @Test
  void repairsDamagedFolder() throws Exception {
    Unpacker.Unpacked first = unpacker().unpack(SNAPPY);
    long bytes = Files.size(first.folder().resolve(LIBRARY));
    Files.write(first.folder().resolve(LIBRARY), new byte[10]);

    assertThat(unpacker().unpack(SNAPPY)).isEqualTo(first);
    assertThat(first.folder().resolve(LIBRARY)).hasSize(bytes);
  }

  @Test
  void recoversFromProcessKilledWhileUnpacking() throws Exception {
    Path unpacked = unpacker().unpack(SNAPPY).folder();
    Files.move(unpacked, unpacked.resolveSibling(unpacked.getFileName() + ".making"));

    assertThat(unpacker().unpack(SNAPPY).folder()).isEqualTo(unpacked);
    try (Stream<Path> all = Files.list(natives())) {
      assertThat(all).noneMatch(file -> file.toString().endsWith(".making"));
    }
  }

  /** The same library in a version that links it differently. */
  @Test
  void otherVersionHasAnotherFolder() {
    NativeBundle other =
        new NativeBundle(
            SNAPPY.name(),
            SNAPPY.folder(),
            SNAPPY.roots(),
            List.of(),
            Map.of("libc.so.6", "libc.so.7"));
    assertThat(unpacker().unpack(other).folder())
        .isNotEqualTo(unpacker().unpack(SNAPPY).folder())
        .exists();
  }

  @Test
  void namesFolderThatItCannotWriteTo() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Unpacker unpacker = new Unpacker(new NativeCache(file));
    assertThatThrownBy(() -> unpacker.unpack(SNAPPY))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining("cannot be unpacked into " + file.resolve("natives"))
        .hasMessageEndingWith("; set TIDEMILL_CACHE to a folder that this user may write to")
        .hasMessageNotContainingAny("\n", "Exception");
  }

  @Test
  void reportsMissingLibrariesForPlatform() {
    NativeBundle absent = new NativeBundle("absent", "linux-vax", "libabsent.so");
    assertThatThrownBy(() -> unpacker().unpack(absent))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining("no jar on the class path contains linux-vax");
  }

  private Unpacker unpacker() {
    return new Unpacker(new NativeCache(folder));
  }

  private Path natives() {
    return folder.resolve("natives");
  }
}
