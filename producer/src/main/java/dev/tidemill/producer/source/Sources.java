package dev.tidemill.producer.source;

import dev.tidemill.producer.source.SourceOptions.Part;
import dev.tidemill.producer.source.digits.DigitsSource;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.producer.source.idx.IdxDirectory;
import dev.tidemill.producer.source.lines.JsonLinesSource;
import dev.tidemill.producer.source.lines.StreamedLines;
import dev.tidemill.producer.source.table.CsvSource;
import dev.tidemill.producer.source.text.SentencesSource;
import dev.tidemill.producer.source.text.TextSource;
import dev.tidemill.producer.source.waves.WavesSource;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;

/** Opens sources. */
public final class Sources {
  private final InputStream standardInput;
  private final DownloadCache cache;
  private final Map<PublishedDataSet, URI> homes;

  /**
   * @param standardInput what `jsonl:-` reads
   * @param homes where published files are fetched from, if not from their usual homes
   */
  public Sources(InputStream standardInput, DownloadCache cache, Map<PublishedDataSet, URI> homes) {
    this.standardInput = standardInput;
    this.cache = cache;
    this.homes = Map.copyOf(homes);
  }

  /**
   * Opens a source, having checked all of it that can be checked beforehand.
   *
   * @throws UnusableSourceException if the data cannot be used, or cannot be read in that order
   */
  public SampleSource open(SourceSpec spec, SourceOptions options, ReadingOrder order) {
    refuseWhatDoesNotApply(spec, options);
    if (spec instanceof SourceSpec.StandardInput) {
      ReadingOrder possible = ReadingOrder.AS_IT_IS.withLimit(order.limit());
      if (order.skip() > 0 || order.epochs() > 1 || order.shuffle()) {
        throw new UnusableSourceException(
            "standard input can be read once, in its own order: it can be neither skipped nor"
                + " shuffled nor read for several epochs");
      }
      return new StreamedLines(standardInput, "standard input", possible.limit());
    }
    return OrderedSource.of(indexed(spec, options), order);
  }

  /**
   * Opens a source in two parts that share no sample. A data set that keeps its test samples apart
   * gives its own; what is made up is made apart; of anything else the first samples are for
   * training and those behind them for the test, after shuffling where that is asked for.
   *
   * @param order in which the training samples are read; its limit is not looked at
   * @param train samples to train with; {@link Long#MAX_VALUE} for all that are left
   * @param test samples to test with, at least 1
   * @throws UnusableSourceException as {@link #open}, and if there are not that many
   */
  public TrainTest split(
      SourceSpec spec, SourceOptions options, ReadingOrder order, long train, long test) {
    refuseWhatDoesNotApply(spec, options);
    if (spec instanceof SourceSpec.StandardInput) {
      throw new UnusableSourceException("standard input cannot be split into two parts");
    }
    return new Splitting(order, train, test)
        .of(
            indexed(spec, options.withPart(Part.TRAIN)),
            indexed(spec, options.withPart(Part.TEST)));
  }

  private IndexedSource indexed(SourceSpec spec, SourceOptions options) {
    boolean test = options.part() == Part.TEST;
    Window window = options.window() == null ? Window.USUAL : options.window();
    if (spec instanceof SourceSpec.Digits digits) {
      return new DigitsSource(digits.seed(), digits.driftAfter(), test);
    }
    if (spec instanceof SourceSpec.Sentences sentences) {
      return new SentencesSource(sentences.seed(), window.length(), test);
    }
    if (spec instanceof SourceSpec.Waves waves) {
      return new WavesSource(waves.seed(), window.length(), test);
    }
    if (spec instanceof SourceSpec.Text text) {
      return TextSource.open(text.file(), window);
    }
    if (spec instanceof SourceSpec.Csv csv) {
      return CsvSource.open(csv.file(), options);
    }
    if (spec instanceof SourceSpec.JsonLines lines) {
      return JsonLinesSource.open(lines.file());
    }
    IdxDirectory directory = directory(spec);
    return test ? directory.test() : directory.train();
  }

  private IdxDirectory directory(SourceSpec spec) {
    if (spec instanceof SourceSpec.Published published) {
      PublishedDataSet dataSet = published.dataSet();
      URI from = homes.getOrDefault(dataSet, dataSet.home());
      return new IdxDirectory(
          dataSet.word(), cache.directory(dataSet.word(), from, dataSet.files()));
    }
    if (spec instanceof SourceSpec.IdxFiles idx) {
      return new IdxDirectory("idx", idx.directory());
    }
    throw new IllegalArgumentException("not a directory of IDX files: " + spec);
  }

  private static void refuseWhatDoesNotApply(SourceSpec spec, SourceOptions options) {
    boolean table = spec instanceof SourceSpec.Csv;
    if (!table && (options.labelColumn() != null || options.standardize())) {
      throw new UnusableSourceException(
          (options.standardize() ? "standardizing" : "a label column")
              + " is for csv: files, which have columns");
    }
    Window window = options.window();
    boolean madeUp = spec instanceof SourceSpec.Sentences || spec instanceof SourceSpec.Waves;
    if (window != null && !madeUp && !(spec instanceof SourceSpec.Text)) {
      throw new UnusableSourceException("a window is for text: files, sentences and waves");
    }
    if (window != null && madeUp && window.stride() != window.length()) {
      throw new UnusableSourceException(
          "a stride is for text: files; what is made up has as many windows as are wanted");
    }
  }
}
