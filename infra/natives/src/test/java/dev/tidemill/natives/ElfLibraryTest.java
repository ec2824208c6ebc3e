package dev.tidemill.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ElfLibraryTest {
  private static final Path NET = Path.of(System.getProperty("java.home"), "lib", "libnet.so");

  @TempDir private Path folder = Path.of("");

  @Test
  void readsNeededLibraries() throws Exception {
    assertThat(names(NET)).contains("libjava.so", "libjvm.so", "libc.so.6");
  }

  @Test
  void replacesNeededName() throws Exception {
    Path library = Files.copy(NET, folder.resolve("libnet.so"));
    List<String> before = names(library);
    ElfLibrary.Needed jvm =
        ElfLibrary.needed(library).stream()
            .filter(needed -> needed.name().equals("libjvm.so"))
            .findFirst()
            .orElseThrow();

    ElfLibrary.replace(library, jvm, "libx.so");

    assertThat(names(library))
        .isEqualTo(before.stream().map(n -> n.equals("libjvm.so") ? "libx.so" : n).toList());
    assertThatThrownBy(() -> ElfLibrary.replace(library, jvm, "libmuch-longer.so"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rejectsTruncatedAndForeignFiles() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "text ".repeat(100));
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(Files.readAllBytes(NET), 1000));
    Path empty = Files.createFile(folder.resolve("empty"));
    for (Path library : List.of(text, cut, empty)) {
      assertThatThrownBy(() -> ElfLibrary.needed(library)).isInstanceOf(IOException.class);
    }
  }

  private static List<String> names(Path library) throws IOException {
    return ElfLibrary.needed(library).stream().map(ElfLibrary.Needed::name).toList();
  }
}
