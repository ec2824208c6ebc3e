package dev.tidemill.cli.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a model is to write. */
public final class GenerateOptions {
  private static final double DEFAULT_TEMPERATURE = 0.8;

  @Option(
      names = "--generate",
      paramLabel = "N",
      description =
          "write N bytes instead: a request each, with the text so far; --seed draws them")
  private @Nullable Integer bytes;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "what the written text goes on from (default: the beginning of a line)")
  private @Nullable String prompt;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "0 writes the most probable byte, 1 each as often as it is probable (default: 0.8)")
  private @Nullable Double temperature;

  /** Whether a text is to be written. */
  public boolean requested() {
    return bytes != null;
  }

  /** Whether there is something that only has a meaning for a text. */
  public boolean hasDetails() {
    return prompt != null || temperature != null;
  }

  public int bytes() {
    return bytes == null ? 0 : bytes;
  }

  public String prompt() {
    return prompt == null ? "" : prompt;
  }

  public double temperature() {
    return temperature == null ? DEFAULT_TEMPERATURE : temperature;
  }
}
