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

/** What computes, where and how. */
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
            "What computes: dl4j or torch. Either goes on with what the other has trained.")
        .define(
            DEVICE,
            ConfigDef.Type.STRING,
            "cpu",
            MEDIUM,
            "What it computes on: cpu, or cuda:0 and so on where the engine has it.")
        .define(
            PRECISION,
            ConfigDef.Type.STRING,
            Precision.FLOAT32.word(),
            ConfigDef.ValidString.in(Precision.words().toArray(String[]::new)),
            MEDIUM,
            "What layers compute with, where the engine has it; weights are FLOAT32 at any.");
  }

  /**
   * The engine that was chosen.
   *
   * @throws InvalidSettingsException if there is none of that name, or it lacks what else was
   *     chosen
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
