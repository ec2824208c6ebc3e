package dev.tidemill.cli.option;

import dev.tidemill.cli.run.EngineSettings;
import dev.tidemill.engine.Engines;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option {@code --engine}. */
public final class EngineOption {
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      converter = EngineConverter.class,
      description = "engine that computes: dl4j or torch (default: dl4j)")
  private @Nullable String engine;

  /** Overrides the setting, if the option was given. */
  public void addTo(Map<String, String> given) {
    if (engine != null) {
      given.put(EngineSettings.ENGINE, engine);
    }
  }

  /** Accepts the names of engines on the class path. */
  private static final class EngineConverter implements ITypeConverter<String> {
    @Override
    public String convert(String name) {
      try {
        return Engines.named(name).name();
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
