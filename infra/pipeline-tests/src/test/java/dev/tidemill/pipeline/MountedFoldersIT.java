package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.Tidemill;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Mounts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that unusable folders are reported in one line, with status 1. */
@EnabledIf("canMount")
class MountedFoldersIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final List<String> DEMO =
      List.of(
          "demo",
          "--headless",
          "--exit-when-done",
          "--train-samples=60000",
          "--test-samples=50",
          "--epochs=1");

  @TempDir private Path folder = Path.of("");

  static boolean canMount() {
    return Mounts.arePossible();
  }

  @ParameterizedTest
  @CsvSource({
    "noexec, dl4j, may not be executed (is it mounted noexec?)",
    "noexec, torch, may not be executed (is it mounted noexec?)",
    "ro, dl4j, Read-only file system",
    "size=20m, dl4j, No space left on device",
    "size=100m, torch, No space left on device",
  })
  void reportsAnUnusableCache(String options, String engine, String reason) throws Exception {
    try (ChildJvm demo =
        start(
            Mounts.tmpfs(folder, options),
            with(DEMO, "--engine", engine),
            Map.of("TIDEMILL_CACHE", folder.toString()))) {
      assertThat(demo.awaitExit(LIMIT)).as("%s", demo.error()).isEqualTo(1);
      assertThat(demo.error()).filteredOn(l -> l.startsWith("tidemill: ")).hasSize(1);
      assertThat(demo.error())
          .last()
          .asString()
          .startsWith("tidemill: ")
          .contains(reason, folder.toString(), "set TIDEMILL_CACHE to a folder");
      assertThat(demo.error()).noneMatch(line -> line.startsWith("\tat "));
    }
  }

  /** LZ4 unpacks its library to the temporary folder, and falls back to Java if that fails. */
  @ParameterizedTest
  @CsvSource({"noexec", "ro"})
  void lz4NeedsNoTemporaryFolder(String options) throws Exception {
    try (ChildJvm process =
        ChildJvm.startUnder(
            Mounts.tmpfs(folder, options),
            List.of(),
            CompressingProcess.class.getName(),
            List.of(),
            Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + folder))) {
      assertThat(process.awaitExit(LIMIT)).as("%s", process.error()).isZero();
      assertThat(process.out()).containsExactly("read 500000");
    }
  }

  @Test
  void reportsAMissingHome() throws Exception {
    try (ChildJvm broker = start(containerUser(), List.of("broker", "--port", "0"), Map.of())) {
      assertThat(broker.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(broker.error())
          .containsExactly(
              "tidemill: cannot find a folder for native libraries because HOME is not set; set"
                  + " TIDEMILL_CACHE to a folder that this user may write to");
    }
  }

  @Test
  void reportsAHomeOfAnotherUser() throws Exception {
    try (ChildJvm broker =
        start(with(containerUser(), "HOME=/"), List.of("broker", "--port", "0"), Map.of())) {
      assertThat(broker.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(broker.error())
          .containsExactly(
              "tidemill: native libraries cannot be unpacked into /.cache/tidemill/natives:"
                  + " permission denied; set TIDEMILL_CACHE to a folder that this user may write"
                  + " to");
    }
  }

  /** A user that the system does not know, with permission to read the class path. */
  private static List<String> containerUser() {
    List<String> user =
        List.of("setpriv", "--reuid", "65532", "--regid", "65532", "--clear-groups");
    List<String> reader =
        with(user, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search");
    return with(reader, "env", "-u", "HOME", "-u", "XDG_CACHE_HOME", "-u", "TIDEMILL_CACHE");
  }

  @Test
  void reportsAFullDiskWhileABrokerRuns() throws Exception {
    try (ChildJvm demo =
        start(
            Mounts.tmpfs(folder, "size=24m"),
            with(DEMO, "--set", "producer.compression.type=none"),
            Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + folder))) {
      assertThat(demo.awaitExit(LIMIT)).as("%s", demo.error()).isEqualTo(1);
      assertThat(demo.error()).filteredOn(l -> l.startsWith("tidemill: ")).hasSize(1);
      assertThat(demo.error())
          .last()
          .asString()
          .startsWith("tidemill: the broker in " + folder)
          .contains("has failed: ", "No space left on device");
    }
  }

  @Test
  void reportsAFullDiskWhenABrokerStarts() throws Exception {
    try (ChildJvm broker =
        start(
            Mounts.tmpfs(folder, "size=16k"),
            List.of("broker", "--port", "0", "--data-dir", folder.resolve("log").toString()),
            Map.of())) {
      assertThat(broker.awaitExit(LIMIT)).as("%s", broker.error()).isEqualTo(1);
      assertThat(broker.error())
          .last()
          .asString()
          .startsWith("tidemill: ")
          .contains(folder.toString(), "No space left on device");
    }
  }

  private static ChildJvm start(
      List<String> wrapper, List<String> arguments, Map<String, String> environment) {
    return ChildJvm.startUnder(
        wrapper, List.of(), Tidemill.class.getName(), arguments, environment);
  }

  private static List<String> with(List<String> first, String... more) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return all;
  }
}
