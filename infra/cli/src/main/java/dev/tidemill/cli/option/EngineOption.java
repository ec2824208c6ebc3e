package dev.tidemill.cli.option;

import dev.tidemill.cli.run.EngineSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What computes, said on the command line. */
public final class EngineOption {
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      converter = EngineName.class,
      description = "what computes: dl4j or torch (default: dl4j)")
  private @Nullable String engine;

  /** Puts it over the setting, if it was said. */
  public void into(Map<String, String> given) {
    if (engine != null) {
      given.put(EngineSettings.ENGINE, engine);
    }
  }
}
