package dev.tidemill.cli;

import dev.tidemill.producer.DataSettings;
import dev.tidemill.producer.source.SourceSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which samples, and in which order: what is left out is as the settings under `data.` say. */
final class DataOptions {
  @Option(names = "--data", paramLabel = "SOURCE", required = true, description = SourceSpec.FORMS)
  private String data = "";

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "a table's column with the labels (default: label)")
  private @Nullable String label;

  @Option(
      names = "--standardise",
      description = "bring a table's features to mean 0 and deviation 1")
  private boolean standardise;

  @Option(names = "--skip", paramLabel = "N", description = "leave out the first N samples")
  private @Nullable Long skip;

  @Option(names = "--limit", paramLabel = "N", description = "stop after N samples (default: all)")
  private @Nullable Long limit;

  @Option(
      names = "--shuffle",
      description = "another order in each epoch, drawn from --seed (default: file order)")
  private boolean shuffle;

  @Option(names = "--seed", paramLabel = "N", description = "of the shuffling (default: 1)")
  private @Nullable Long seed;

  /** Adds what was asked for to the settings. */
  void into(Map<String, String> given) {
    given.put(DataSettings.SOURCE, data);
    put(given, DataSettings.LABEL_COLUMN, label);
    put(given, DataSettings.STANDARDISE, standardise ? true : null);
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
