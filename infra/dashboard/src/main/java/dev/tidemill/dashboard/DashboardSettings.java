package dev.tidemill.dashboard;

import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * Where the dashboard listens, and who may steer.
 *
 * @param port 0 selects any free port
 * @param token what a caller must present to send commands; empty: nobody can
 */
public record DashboardSettings(String host, int port, Optional<String> token) {
  public static final String PORT = "dashboard.port";
  public static final String HOST = "dashboard.host";
  public static final String TOKEN_FILE = "dashboard.token.file";

  private static final int SHORTEST_TOKEN = 16;

  public static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            PORT,
            ConfigDef.Type.INT,
            8080,
            ConfigDef.Range.between(0, 65_535),
            Importance.MEDIUM,
            "Port of the page; 0 selects any free port.")
        .define(
            HOST,
            ConfigDef.Type.STRING,
            "127.0.0.1",
            new ConfigDef.NonEmptyString(),
            Importance.MEDIUM,
            "Address that the page listens on. Whoever can reach it sees the models' data.")
        .define(
            TOKEN_FILE,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "File with the token, of 16 characters or more, that the page asks for before it sends"
                + " a command. If unset, the page is read-only.");
  }

  /**
   * Reads the settings, and the token's file.
   *
   * @throws InvalidSettingsException if the token cannot be read, or is too short
   */
  public static DashboardSettings from(Settings settings) {
    Optional<String> token =
        settings.isSet(TOKEN_FILE)
            ? Optional.of(token(Path.of(settings.getString(TOKEN_FILE))))
            : Optional.empty();
    return new DashboardSettings(settings.getString(HOST), settings.getInt(PORT), token);
  }

  private static String token(Path file) {
    String token;
    try {
      token = Files.readString(file).strip();
    } catch (IOException e) {
      throw new InvalidSettingsException(
          List.of(TOKEN_FILE + "=" + file + " cannot be read: " + e.getMessage()));
    }
    if (token.length() < SHORTEST_TOKEN) {
      throw new InvalidSettingsException(
          List.of(
              TOKEN_FILE
                  + "="
                  + file
                  + " has a token of "
                  + token.length()
                  + " characters; at least "
                  + SHORTEST_TOKEN
                  + " are needed"));
    }
    return token;
  }
}
