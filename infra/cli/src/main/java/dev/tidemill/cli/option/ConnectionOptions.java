package dev.tidemill.cli.option;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that connects to Kafka: brokers, model and settings. */
public final class ConnectionOptions {
  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      description = "Kafka brokers, separated by commas (default: 127.0.0.1:9092)")
  private @Nullable String bootstrapServer;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "the model, which owns one set of topics (default: digits)")
  private @Nullable String model;

  @Mixin private SettingsOptions settingsOptions = new SettingsOptions();

  /** All settings of the user, including the options of this group. */
  public Map<String, String> settings() {
    Map<String, String> given = settingsOptions.settings();
    put(given, "bootstrap.servers", bootstrapServer, "127.0.0.1:9092");
    put(given, "model", model, "digits");
    return given;
  }

  private static void put(
      Map<String, String> given, String key, @Nullable String value, String otherwise) {
    if (value != null) {
      given.put(key, value);
    } else {
      given.putIfAbsent(key, otherwise);
    }
  }
}
