package dev.tidemill.cli.run;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.Precision;
import dev.tidemill.engine.UnsupportedOptionException;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;

/** The settings of the engine: which one, its device and its precision. */
public final class EngineSettings {
  public static final String ENGINE = "engine";
  static final String DEVICE = "engine.device";
  static final String PRECISION = "engine.precision";

  private EngineSettings() {}

  static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            ENGINE,
            ConfigDef.Type.STRING,
            "dl4j",
            HIGH,
            "The engine that computes: dl4j or torch. Each can continue what the other has"
                + " trained.")
        .define(
            DEVICE,
            ConfigDef.Type.STRING,
            "cpu",
            MEDIUM,
            "The device that computes: cpu, or cuda:0 and so on if the engine supports it.")
        .define(
            PRECISION,
            ConfigDef.Type.STRING,
            Precision.FLOAT32.word(),
            ConfigDef.ValidString.in(Precision.words().toArray(String[]::new)),
            MEDIUM,
            "The precision of layer computations, if the engine supports it. Weights are always"
                + " FLOAT32.");
  }

  /**
   * Returns the configured engine.
   *
   * @throws InvalidSettingsException if no engine has that name, or it does not support the device
   *     or precision
   */
  public static Engine engine(Settings settings) {
    try {
      return Engines.named(settings.getString(ENGINE))
          .on(settings.getString(DEVICE), Precision.of(settings.getString(PRECISION)));
    } catch (UnsupportedOptionException e) {
      throw new InvalidSettingsException(e.faults());
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingsException(List.of(ENGINE + ": " + e.getMessage()));
    }
  }
}
