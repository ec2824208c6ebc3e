package dev.tidemill.cli.option;

import dev.tidemill.runtime.InvalidSettingsException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Settings as a file and as single keys; an option beats a single key, which beats the file. */
public final class SettingsOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "settings, a properties file; keys under kafka., producer., consumer., admin. go to the"
              + " Kafka clients as they are ('tidemill settings' lists ours)")
  private @Nullable Path config;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one setting; may be repeated")
  private Map<String, String> set = Map.of();

  /** The file's settings, then the single keys over them. */
  public Map<String, String> settings() {
    Map<String, String> given = new TreeMap<>();
    Path file = config;
    if (file != null) {
      read(file).forEach((key, value) -> given.put((String) key, (String) value));
    }
    given.putAll(set);
    return given;
  }

  private static Properties read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw unusable(file, "there is no such file");
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(file, "it cannot be read: " + e.getMessage());
    }
    return properties;
  }

  private static InvalidSettingsException unusable(Path file, String why) {
    return new InvalidSettingsException(List.of("--config " + file + ": " + why));
  }
}
