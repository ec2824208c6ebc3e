package dev.tidemill.cli.run;

import org.apache.kafka.common.config.ConfigDef;

/** The setting {@code model}, the name of the model. */
public final class ModelSettings {
  public static final String MODEL = "model";

  private ModelSettings() {}

  static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            MODEL,
            ConfigDef.Type.STRING,
            "digits",
            new ConfigDef.NonEmptyString(),
            ConfigDef.Importance.HIGH,
            "The model's name, which owns one set of topics.");
  }
}
