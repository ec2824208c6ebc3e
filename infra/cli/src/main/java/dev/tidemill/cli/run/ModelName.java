package dev.tidemill.cli.run;

import org.apache.kafka.common.config.ConfigDef;

/** The setting {@code model}. */
public final class ModelName {
  public static final String KEY = "model";

  private ModelName() {}

  static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            KEY,
            ConfigDef.Type.STRING,
            "digits",
            new ConfigDef.NonEmptyString(),
            ConfigDef.Importance.HIGH,
            "The model's name, which owns one set of topics.");
  }
}
