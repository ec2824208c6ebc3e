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

/**
 * Settings from a file and from {@code --set}. An option overrides {@code --set}, which overrides
 * the file.
 */
public final class SettingsOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "a properties file with settings; keys that begin with kafka., producer., consumer. or"
              + " admin. go to the Kafka clients ('tidemill settings' lists the others)")
  private @Nullable Path config;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one setting; can be repeated")
  private Map<String, String> set = Map.of();

  /** The file's settings, overridden by those of {@code --set}. */
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
      throw unusable(file, "the file does not exist");
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(file, "it cannot be read: " + e.getMessage());
    }
    return properties;
  }

  private static InvalidSettingsException unusable(Path file, String why) {
    return new InvalidSettingsException(List.of("--config " + file + ": " + why));
  }
}
