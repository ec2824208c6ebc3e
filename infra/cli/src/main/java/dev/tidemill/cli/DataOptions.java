package dev.tidemill.cli;

import dev.tidemill.producer.source.PublishedDataSet;
import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.producer.source.Sources;
import dev.tidemill.producer.source.download.DownloadCache;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which samples, and in which order. */
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

  @Option(
      names = "--skip",
      paramLabel = "N",
      defaultValue = "0",
      description = "leave out the first N samples")
  private long skip;

  @Option(names = "--limit", paramLabel = "N", description = "stop after N samples (default: all)")
  private @Nullable Long limit;

  @Option(
      names = "--shuffle",
      description = "another order in each epoch, drawn from --seed (default: file order)")
  private boolean shuffle;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "of the shuffling (default: ${DEFAULT-VALUE})")
  private long seed;

  private long epochs = 1;

  void epochs(long times) {
    epochs = times;
  }

  SampleSource open(SourceOptions options) {
    ReadingOrder order =
        new ReadingOrder(skip, limit == null ? Long.MAX_VALUE : limit, epochs, shuffle, seed);
    return sources()
        .open(
            SourceSpec.parse(data),
            options.withLabelColumn(label).withStandardise(standardise),
            order);
  }

  static Sources sources() {
    Path cache =
        DownloadCache.usualRoot(System.getenv(), Path.of(System.getProperty("user.home", ".")));
    return new Sources(
        System.in, new DownloadCache(cache), Map.<PublishedDataSet, java.net.URI>of());
  }
}
