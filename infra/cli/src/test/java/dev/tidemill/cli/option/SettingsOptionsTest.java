package dev.tidemill.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SettingsOptionsTest {
  @TempDir private Path folder;
  private String file = "";

  @BeforeEach
  void writeFile() throws IOException {
    file =
        Files.writeString(
                folder.resolve("my.properties"),
                "model=of-the-file\nbootstrap.servers=file:1\nkafka.client.rack=r1\n")
            .toString();
  }

  @Test
  void optionsOverrideSetWhichOverridesTheFile() {
    assertThat(given("--config", file)).containsEntry("model", "of-the-file");
    assertThat(given("--config", file, "--set", "model=set")).containsEntry("model", "set");
    assertThat(given("--config", file, "--set", "model=set", "--model", "option"))
        .containsEntry("model", "option")
        .containsEntry("bootstrap.servers", "file:1")
        .containsEntry("kafka.client.rack", "r1");
  }

  @Test
  void usesDefaultsWithoutOptions() {
    assertThat(given())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("model", "digits", "bootstrap.servers", "127.0.0.1:9092"));
  }

  @Test
  void valuesMayContainEqualsSigns() {
    assertThat(given("--set", "kafka.sasl.jaas.config=a b=\"c\";"))
        .containsEntry("kafka.sasl.jaas.config", "a b=\"c\";");
  }

  @Command
  private static final class Holder {
    @Mixin private ConnectionOptions options = new ConnectionOptions();
  }

  private static Map<String, String> given(String... arguments) {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.options.settings();
  }
}
