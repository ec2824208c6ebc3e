package dev.tidemill.producer.source;

import dev.tidemill.producer.source.SourceOptions.Part;
import dev.tidemill.producer.source.digits.DigitsSource;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.producer.source.idx.IdxDirectory;
import dev.tidemill.producer.source.lines.JsonLinesSource;
import dev.tidemill.producer.source.lines.StreamedLines;
import dev.tidemill.producer.source.table.CsvSource;
import dev.tidemill.producer.source.table.StreamedRows;
import dev.tidemill.producer.source.table.TableFormat;
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
   * @param standardInput the stream that `jsonl:-` reads
   * @param homes download URLs that replace those of the data sets
   */
  public Sources(InputStream standardInput, DownloadCache cache, Map<PublishedDataSet, URI> homes) {
    this.standardInput = standardInput;
    this.cache = cache;
    this.homes = Map.copyOf(homes);
  }

  /**
   * Opens a source after checking as much of it as possible.
   *
   * @throws UnusableSourceException if the data is unusable or does not support the order
   */
  public SampleSource open(SourceSpec spec, SourceOptions options, ReadingOrder order) {
    requireApplicable(spec, options);
    if (isStandardInput(spec)) {
      ReadingOrder possible = ReadingOrder.AS_IS.withLimit(order.limit());
      if (order.skip() > 0 || order.epochs() > 1 || order.shuffle()) {
        throw new UnusableSourceException(
            "standard input can be read only once and in its own order: remove skip, shuffle and"
                + " epochs");
      }
      String name = "standard input";
      return spec instanceof SourceSpec.StandardTable
          ? new StreamedRows(standardInput, name, possible.limit(), options)
          : new StreamedLines(standardInput, name, possible.limit(), options.derive());
    }
    return OrderedSource.of(indexed(spec, options), order);
  }

  /**
   * Opens a source as a training part and a test part that share no sample.
   *
   * <p>A data set with a test part uses it. A synthetic source generates separate test samples. Any
   * other source is shuffled if the order says so, then split: the first samples are for training,
   * the next for testing.
   *
   * @param order reading order of the training samples; its limit is ignored
   * @param train number of training samples; {@link Long#MAX_VALUE} for all that remain
   * @param test number of test samples, at least 1
   * @throws UnusableSourceException as {@link #open}, and if the source has too few samples
   */
  public TrainTest split(
      SourceSpec spec, SourceOptions options, ReadingOrder order, long train, long test) {
    requireApplicable(spec, options);
    if (isStandardInput(spec)) {
      throw new UnusableSourceException("standard input cannot be split into train and test parts");
    }
    return new Splitting(order, train, test)
        .of(
            indexed(spec, options.withPart(Part.TRAIN)),
            indexed(spec, options.withPart(Part.TEST)));
  }

  private static boolean isStandardInput(SourceSpec spec) {
    return spec instanceof SourceSpec.StandardInput || spec instanceof SourceSpec.StandardTable;
  }

  private IndexedSource indexed(SourceSpec spec, SourceOptions options) {
    boolean test = options.part() == Part.TEST;
    Window window = options.window() == null ? Window.DEFAULT : options.window();
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
      return JsonLinesSource.open(lines.file(), options.derive());
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

  private static void requireApplicable(SourceSpec spec, SourceOptions options) {
    boolean named =
        spec instanceof SourceSpec.Csv
            || spec instanceof SourceSpec.JsonLines
            || isStandardInput(spec);
    if (!named && options.derive().standardize()) {
      throw new UnusableSourceException("standardizing applies only to csv: and jsonl:");
    }
    boolean table = spec instanceof SourceSpec.Csv || spec instanceof SourceSpec.StandardTable;
    if (!table && options.labelColumn() != null) {
      throw new UnusableSourceException("a label column applies only to csv: files");
    }
    if (!table && !options.table().equals(TableFormat.DEFAULT)) {
      throw new UnusableSourceException(
          "delimiter, encoding, decimal, thousands, dates and columns apply only to csv: files");
    }
    Window window = options.window();
    boolean synthetic = spec instanceof SourceSpec.Sentences || spec instanceof SourceSpec.Waves;
    if (window != null && !synthetic && !(spec instanceof SourceSpec.Text)) {
      throw new UnusableSourceException(
          "a window applies only to text: files, sentences and waves");
    }
    if (window != null && synthetic && window.stride() != window.length()) {
      throw new UnusableSourceException(
          "a stride applies only to text: files; sentences and waves generate each window anew");
    }
  }
}
