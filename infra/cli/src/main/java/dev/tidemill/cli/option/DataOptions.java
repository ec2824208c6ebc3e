package dev.tidemill.cli.option;

import dev.tidemill.producer.DataSettings;
import dev.tidemill.producer.TableSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Selects a source's samples and their order. The settings under {@code data.} apply to options
 * that the user omits.
 */
public final class DataOptions {
  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "the label column of a table (default: label)")
  private @Nullable String label;

  @Option(
      names = "--standardize",
      description = "scale a table's numbers to mean 0 and standard deviation 1 (first data only)")
  private boolean standardize;

  @Option(
      names = "--sequence",
      description = "a row's L numbers are a sequence [L, 1], not a vector [L] (first data only)")
  private boolean sequence;

  @Option(
      names = "--columns",
      paramLabel = "A,B,...",
      description = "names of a table's columns, if it has no header")
  private @Nullable String columns;

  @Option(
      names = "--features",
      paramLabel = "A,B,...",
      description = "the only columns that are features (default: all)")
  private @Nullable String features;

  @Option(names = "--exclude", paramLabel = "A,B,...", description = "columns that are not read")
  private @Nullable String exclude;

  @Option(
      names = "--window",
      paramLabel = "N",
      description = "bytes per text sample, values per wave sample (default: 64)")
  private @Nullable Integer window;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description = "bytes from one text sample to the next (default: the window)")
  private @Nullable Integer stride;

  @Option(names = "--skip", paramLabel = "N", description = "skip the first N samples")
  private @Nullable Long skip;

  @Option(names = "--limit", paramLabel = "N", description = "stop after N samples (default: all)")
  private @Nullable Long limit;

  @Option(
      names = "--shuffle",
      description = "shuffle each epoch, seeded with --seed (default: file order)")
  private boolean shuffle;

  @Option(names = "--seed", paramLabel = "N", description = "seed of all randomness (default: 1)")
  private @Nullable Long seed;

  /** The seed; 1 by default. */
  public long seed() {
    return seed == null ? 1 : seed;
  }

  /** Adds the options that were given to the settings. */
  public void addTo(Map<String, String> given) {
    put(given, DataSettings.LABEL_COLUMN, label);
    put(given, TableSettings.STANDARDIZE, standardize ? true : null);
    put(given, TableSettings.SEQUENCE, sequence ? true : null);
    put(given, TableSettings.COLUMNS, columns);
    put(given, TableSettings.FEATURES, features);
    put(given, TableSettings.EXCLUDE, exclude);
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
