package dev.tidemill.producer;

import dev.tidemill.producer.source.PublishedDataSet;
import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceOptions.LabelMeaning;
import dev.tidemill.producer.source.SourceOptions.Part;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.producer.source.Sources;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.Window;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.runtime.Settings;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Which data is read, and how.
 *
 * @param cacheRoot where published data sets are kept
 * @param homes where they are fetched from
 */
public record DataSettings(
    SourceSpec spec,
    SourceOptions options,
    ReadingOrder order,
    Path cacheRoot,
    Map<PublishedDataSet, URI> homes) {
  public static final String SOURCE = "data.source";
  public static final String LABEL_COLUMN = "data.label.column";
  public static final String LABELS = "data.labels";
  public static final String STANDARDIZE = "data.standardize";
  public static final String PART = "data.part";
  public static final String WINDOW = "data.window";
  public static final String STRIDE = "data.stride";
  public static final String SKIP = "data.skip";
  public static final String LIMIT = "data.limit";
  public static final String EPOCHS = "data.epochs";
  public static final String SHUFFLE = "data.shuffle";
  public static final String SEED = "data.seed";
  public static final String CACHE = "data.cache.dir";
  public static final String MNIST_URL = "data.mnist.url";
  public static final String FASHION_MNIST_URL = "data.fashion-mnist.url";

  public DataSettings {
    homes = Map.copyOf(homes);
  }

  /**
   * Out of settings that were checked against {@link #configDef}.
   *
   * @param usual what holds where the settings say nothing: {@link SourceOptions#FOR_TRAINING} or
   *     {@link SourceOptions#FOR_REQUESTS}
   */
  public static DataSettings from(Settings settings, SourceOptions usual) {
    String part = settings.getString(PART);
    SourceOptions options =
        usual
            .withLabelColumn(stringOrNull(settings, LABEL_COLUMN))
            .withLabels(LabelMeaning.valueOf(upper(settings.getString(LABELS))))
            .withStandardize(settings.getBoolean(STANDARDIZE))
            .withPart(part.equals("auto") ? usual.part() : Part.valueOf(upper(part)))
            .withWindow(window(settings));
    ReadingOrder order =
        new ReadingOrder(
            settings.getLong(SKIP),
            settings.isSet(LIMIT) ? settings.getLong(LIMIT) : Long.MAX_VALUE,
            settings.getLong(EPOCHS),
            settings.getBoolean(SHUFFLE),
            settings.getLong(SEED));
    String cache = stringOrNull(settings, CACHE);
    Path home = Path.of(System.getProperty("user.home", ""));
    return new DataSettings(
        SourceSpec.parse(settings.getString(SOURCE)),
        options,
        order,
        cache == null ? DownloadCache.usualRoot(System.getenv(), home) : Path.of(cache),
        Map.of(
            PublishedDataSet.MNIST, URI.create(settings.getString(MNIST_URL)),
            PublishedDataSet.FASHION_MNIST, URI.create(settings.getString(FASHION_MNIST_URL))));
  }

  /** What opens the sources. */
  public Sources sources(InputStream standardInput) {
    return new Sources(standardInput, new DownloadCache(cacheRoot), homes);
  }

  /**
   * Opens the source, in its order.
   *
   * @param standardInput what `jsonl:-` reads
   * @throws UnusableSourceException if the data cannot be used
   */
  public SampleSource open(InputStream standardInput) {
    return sources(standardInput).open(spec, options, order);
  }

  private static @Nullable Window window(Settings settings) {
    if (!settings.isSet(WINDOW) && !settings.isSet(STRIDE)) {
      return null;
    }
    int length = settings.isSet(WINDOW) ? settings.getInt(WINDOW) : Window.USUAL.length();
    return new Window(length, settings.isSet(STRIDE) ? settings.getInt(STRIDE) : length);
  }

  private static String upper(String word) {
    return word.toUpperCase(Locale.ROOT);
  }

  private static @Nullable String stringOrNull(Settings settings, String name) {
    return settings.isSet(name) ? settings.getString(name) : null;
  }

  public static ConfigDef configDef() {
    ConfigDef definition =
        new ConfigDef()
            .define(
                SOURCE,
                ConfigDef.Type.STRING,
                "digits",
                new KnownSource(),
                Importance.HIGH,
                "The data: " + SourceSpec.FORMS + ".")
            .define(
                SKIP,
                ConfigDef.Type.LONG,
                0,
                Range.atLeast(0),
                Importance.MEDIUM,
                "Samples left out at the beginning of the source.")
            .define(
                LIMIT,
                ConfigDef.Type.LONG,
                null,
                LambdaValidator.with(DataSettings::checkCount, () -> "none, or [1,...]"),
                Importance.HIGH,
                "Samples taken in all, over all epochs; by default all there are.")
            .define(
                EPOCHS,
                ConfigDef.Type.LONG,
                1,
                Range.atLeast(1),
                Importance.MEDIUM,
                "How often a finite source is sent. A trainer can also read one sending several"
                    + " times.")
            .define(
                SHUFFLE,
                ConfigDef.Type.BOOLEAN,
                false,
                Importance.MEDIUM,
                "Whether a finite source is sent in a random order, another in each epoch. Any"
                    + " sample can come at any place; no memory is needed for it.")
            .define(SEED, ConfigDef.Type.LONG, 1, Importance.MEDIUM, "Seed of that order.");
    defineKinds(definition);
    return definition;
  }

  private static void defineKinds(ConfigDef definition) {
    definition
        .define(
            LABEL_COLUMN,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "Column of a csv: file with the labels; by default the one called label.")
        .define(
            LABELS,
            ConfigDef.Type.STRING,
            "auto",
            ConfigDef.CaseInsensitiveValidString.in("auto", "class", "number"),
            Importance.LOW,
            "What a csv: file's labels mean: class, number (a regression's target), or auto: whole"
                + " numbers from 0 and texts are classes.")
        .define(
            STANDARDIZE,
            ConfigDef.Type.BOOLEAN,
            false,
            Importance.MEDIUM,
            "Whether a csv: file's features are brought to mean 0 and deviation 1; both are"
                + " remembered in each batch, and requests are treated alike.")
        .define(
            PART,
            ConfigDef.Type.STRING,
            "auto",
            ConfigDef.ValidString.in("auto", "train", "test"),
            Importance.MEDIUM,
            "Which part of a data set with two is read: train, test, or auto: train to produce,"
                + " test to predict.")
        .define(
            WINDOW,
            ConfigDef.Type.INT,
            null,
            LambdaValidator.with(DataSettings::checkCount, () -> "none, or [1,...]"),
            Importance.HIGH,
            "Bytes in a sample of a text: file or of sentences, heights in one of waves: as many as"
                + " the model's input has; by default "
                + Window.USUAL.length()
                + ".")
        .define(
            STRIDE,
            ConfigDef.Type.INT,
            null,
            LambdaValidator.with(DataSettings::checkCount, () -> "none, or [1,...]"),
            Importance.MEDIUM,
            "Bytes from the beginning of a text: file's sample to that of the next; by default those"
                + " of a window, so that each byte is in one sample.")
        .define(
            CACHE,
            ConfigDef.Type.STRING,
            null,
            Importance.LOW,
            "Where mnist and fashion-mnist are kept; by default tidemill in the user's cache.")
        .define(
            MNIST_URL,
            ConfigDef.Type.STRING,
            PublishedDataSet.MNIST.home().toString(),
            new Address(),
            Importance.LOW,
            "Where mnist's files are fetched from.")
        .define(
            FASHION_MNIST_URL,
            ConfigDef.Type.STRING,
            PublishedDataSet.FASHION_MNIST.home().toString(),
            new Address(),
            Importance.LOW,
            "Where fashion-mnist's files are fetched from.");
  }

  private static void checkCount(String name, @Nullable Object value) {
    if (value instanceof Number count && count.longValue() < 1) {
      throw new ConfigException(name, value, "must be at least 1");
    }
  }

  /** A source that can be parsed. */
  private static final class KnownSource implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, @Nullable Object value) {
      try {
        SourceSpec.parse(String.valueOf(value));
      } catch (UnusableSourceException e) {
        throw new ConfigException(name, value, e.getMessage());
      }
    }

    @Override
    public String toString() {
      return SourceSpec.FORMS;
    }
  }

  /** An HTTP address. */
  private static final class Address implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, @Nullable Object value) {
      String text = String.valueOf(value);
      if (!text.startsWith("http://") && !text.startsWith("https://")) {
        throw new ConfigException(name, value, "must begin with http:// or https://");
      }
      try {
        URI.create(text);
      } catch (IllegalArgumentException e) {
        throw new ConfigException(name, value, String.valueOf(e.getMessage()));
      }
    }

    @Override
    public String toString() {
      return "an http or https address";
    }
  }
}
