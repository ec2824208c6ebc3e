package dev.tidemill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.junit.jupiter.api.Test;

class SettingsPageTest {
  @Test
  void printsATableForEachComponent() {
    ConfigDef definition =
        new ConfigDef()
            .define("model", ConfigDef.Type.STRING, Importance.HIGH, "The model's name.")
            .define(
                "mode",
                ConfigDef.Type.STRING,
                "fast",
                ConfigDef.ValidString.in("fast", "safe"),
                Importance.HIGH,
                "fast | safe.")
            .define("pin", ConfigDef.Type.LONG, null, Importance.HIGH, "A version.")
            .defineInternal("hidden", ConfigDef.Type.LONG, null, Importance.HIGH);

    assertThat(SettingsPage.print(Map.of("Serving", definition)))
        .isEqualTo(
            """
            # Settings

            ## Serving

            | name | type | default | valid values | meaning |
            |---|---|---|---|---|
            | `model` | string | required |  | The model's name. |
            | `mode` | string | `fast` | [fast, safe] | fast \\| safe. |
            | `pin` | long | none |  | A version. |
            """);
  }
}
