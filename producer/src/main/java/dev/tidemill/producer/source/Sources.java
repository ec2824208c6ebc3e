package dev.tidemill.producer.source;

import dev.tidemill.producer.source.SourceOptions.Part;
import dev.tidemill.producer.source.download.DownloadCache;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;

/** Opens sources. */
public final class Sources {
  private final InputStream standardInput;
  private final Downloads downloads;

  /**
   * @param standardInput the stream that `jsonl:-` reads
   * @param homes download URLs by format name, which replace those of the formats
   */
  public Sources(InputStream standardInput, DownloadCache cache, Map<String, URI> homes) {
    this.standardInput = standardInput;
    this.downloads = new Downloads(cache, homes);
  }

  /**
   * Opens a source after checking as much of it as possible.
   *
   * @throws UnusableSourceException if the data is unusable or does not support the order
   */
  public SampleSource open(SourceSpec spec, SourceOptions options, ReadingOrder order) {
    SourceOption.requireTaken(spec.format(), options);
    if (spec.isStandardInput() && spec.format() instanceof StreamedFormat format) {
      if (order.skip() > 0 || order.epochs() > 1 || order.shuffle()) {
        throw new UnusableSourceException(
            "standard input can be read only once and in its own order: remove skip, shuffle and"
                + " epochs");
      }
      return format.stream(standardInput, "standard input", order.limit(), options);
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
    SourceOption.requireTaken(spec.format(), options);
    if (spec.isStandardInput()) {
      throw new UnusableSourceException("standard input cannot be split into train and test parts");
    }
    return new Splitting(order, train, test)
        .of(
            indexed(spec, options.withPart(Part.TRAIN)),
            indexed(spec, options.withPart(Part.TEST)));
  }

  private IndexedSource indexed(SourceSpec spec, SourceOptions options) {
    return spec.format().open(spec.argument(), options, downloads);
  }
}
