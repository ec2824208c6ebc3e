package dev.tidemill.runtime;

import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The page of all settings, in Markdown, printed from the definitions that check them. */
public final class SettingsPage {
  private SettingsPage() {}

  /** One table per component, in the map's order. */
  public static String print(Map<String, ConfigDef> componentsByTitle) {
    StringBuilder page = new StringBuilder("# Settings\n");
    componentsByTitle.forEach((title, definition) -> table(page, title, definition));
    return page.toString();
  }

  private static void table(StringBuilder page, String title, ConfigDef definition) {
    page.append("\n## ").append(title).append("\n\n");
    page.append("| name | type | default | valid values | meaning |\n|---|---|---|---|---|\n");
    for (ConfigKey key : definition.configKeys().values()) {
      if (!key.internalConfig) {
        page.append("| `").append(key.name).append("` | ");
        page.append(key.type.name().toLowerCase(Locale.ROOT)).append(" | ");
        page.append(defaultOf(key)).append(" | ");
        page.append(key.validator == null ? "" : cell(key.validator.toString())).append(" | ");
        page.append(cell(key.documentation)).append(" |\n");
      }
    }
  }

  private static String defaultOf(ConfigKey key) {
    if (!key.hasDefault()) {
      return "required";
    }
    if (key.defaultValue == null) {
      return "none";
    }
    return "`" + cell(ConfigDef.convertToString(key.defaultValue, key.type)) + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace('\n', ' ').strip();
  }
}
