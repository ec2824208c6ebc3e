package dev.tidemill.cli.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of text generation. */
public final class GenerateOptions {
  private static final double DEFAULT_TEMPERATURE = 0.8;

  @Option(
      names = "--generate",
      paramLabel = "N",
      description = "generate N bytes of text, one request per byte; --seed seeds the draw")
  private @Nullable Integer bytes;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "text to continue (default: the beginning of a line)")
  private @Nullable String prompt;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "0 picks the most probable byte, 1 samples from the distribution (default: 0.8)")
  private @Nullable Double temperature;

  /** Whether text generation was requested. */
  public boolean requested() {
    return bytes != null;
  }

  /** Whether an option was given that only applies to text generation. */
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
