package dev.tidemill.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class LoadOrderTest {
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void copyDependentLibraries() throws IOException {
    for (String name : List.of("libnio.so", "libnet.so", "libjava.so", "libzip.so")) {
      Files.copy(Path.of(System.getProperty("java.home"), "lib", name), folder.resolve(name));
    }
  }

  @Test
  void ordersLibrariesAfterTheirDependencies() throws Exception {
    LoadOrder order = LoadOrder.of(bundle(List.of()), folder);
    assertThat(order.libraries())
        .extracting(LoadOrder.Library::name)
        .containsExactly("libjava.so", "libnet.so", "libnio.so");
  }

  @Test
  void readsWhatItWrote() throws Exception {
    LoadOrder order = LoadOrder.of(bundle(List.of("libzip.so", "libabsent.so")), folder);
    order.write(folder);
    assertThat(LoadOrder.read(folder)).isEqualTo(order);
    assertThat(order.libraries())
        .filteredOn(LoadOrder.Library::optional)
        .extracting(LoadOrder.Library::name)
        .containsExactly("libzip.so");
  }

  @Test
  void rejectsFolderWithDamagedOrMissingLibrary() throws Exception {
    LoadOrder.of(bundle(List.of()), folder).write(folder);
    Files.write(folder.resolve("libnet.so"), new byte[100]);
    assertThatThrownBy(() -> LoadOrder.read(folder)).isInstanceOf(IOException.class);
    Files.delete(folder.resolve("libnet.so"));
    assertThatThrownBy(() -> LoadOrder.read(folder)).isInstanceOf(IOException.class);
  }

  private static NativeBundle bundle(List<String> optional) {
    return new NativeBundle("test", "nowhere", List.of("libnio.so"), optional, Map.of());
  }
}
