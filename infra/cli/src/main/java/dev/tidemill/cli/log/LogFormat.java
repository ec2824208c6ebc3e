package dev.tidemill.cli.log;

import dev.tidemill.runtime.Settings;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;

/** The format of what the process writes to standard error; the setting {@code log.format}. */
public enum LogFormat {
  TEXT,
  /** One JSON object a line: time, level, logger, thread, message and, if there is one, error. */
  JSON;

  public static final String KEY = "log.format";

  private static volatile LogFormat current = TEXT;

  public static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            KEY,
            ConfigDef.Type.STRING,
            "text",
            ConfigDef.ValidString.in("text", "json"),
            ConfigDef.Importance.LOW,
            "Format of standard error: `text`, or `json` with one object a line (time, level,"
                + " logger, thread, message, error).");
  }

  /** Uses the format of the settings from now on. */
  public static void use(Settings settings) {
    current = valueOf(settings.getString(KEY).toUpperCase(Locale.ROOT));
  }

  static boolean isJson() {
    return current == JSON;
  }
}
