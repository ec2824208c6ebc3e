package dev.tidemill.cli.option;

import dev.tidemill.producer.DataSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which of a source's samples, and in which order: what is left out is as the settings under
 * `data.` say.
 */
public final class DataOptions {
  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "a table's column with the labels (default: label)")
  private @Nullable String label;

  @Option(
      names = "--standardize",
      description = "bring a table's features to mean 0 and deviation 1")
  private boolean standardize;

  @Option(
      names = "--window",
      paramLabel = "N",
      description = "bytes in a text's sample, heights in a wave's (default: 64)")
  private @Nullable Integer window;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description = "bytes from a text's sample to the next (default: as the window)")
  private @Nullable Integer stride;

  @Option(names = "--skip", paramLabel = "N", description = "leave out the first N samples")
  private @Nullable Long skip;

  @Option(names = "--limit", paramLabel = "N", description = "stop after N samples (default: all)")
  private @Nullable Long limit;

  @Option(
      names = "--shuffle",
      description = "another order in each epoch, drawn from --seed (default: file order)")
  private boolean shuffle;

  @Option(names = "--seed", paramLabel = "N", description = "of what is random (default: 1)")
  private @Nullable Long seed;

  /** The seed of what is random; 1 unless another is given. */
  public long seed() {
    return seed == null ? 1 : seed;
  }

  /** Adds what was asked for to the settings. */
  public void addTo(Map<String, String> given) {
    put(given, DataSettings.LABEL_COLUMN, label);
    put(given, DataSettings.STANDARDIZE, standardize ? true : null);
    put(given, DataSettings.WINDOW, window);
    put(given, DataSettings.STRIDE, stride);
    put(given, DataSettings.SKIP, skip);
    put(given, DataSettings.LIMIT, limit);
    put(given, DataSettings.SHUFFLE, shuffle ? true : null);
    put(given, DataSettings.SEED, seed);
  }

  private static void put(Map<String, String> given, String name, @Nullable Object value) {
    if (value != null) {
      given.put(name, value.toString());
    }
  }
}
