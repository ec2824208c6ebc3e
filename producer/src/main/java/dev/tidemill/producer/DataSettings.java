package dev.tidemill.producer;

import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.RenamedSource;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceFormat;
import dev.tidemill.producer.source.SourceFormats;
import dev.tidemill.producer.source.SourceOption;
import dev.tidemill.producer.source.SourceOptions;
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
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Settings that select the data and how it is read.
 *
 * @param name the source's key; null to make it from what is read
 * @param cacheRoot the directory that holds downloaded data sets
 * @param homes the base URL to download from, by format
 */
public record DataSettings(
    SourceSpec spec,
    SourceOptions options,
    ReadingOrder order,
    @Nullable String name,
    Path cacheRoot,
    Map<String, URI> homes) {
  public static final String SOURCE = "data.source";
  public static final String LABEL_COLUMN = "data.label.column";
  public static final String NAME = "data.source.name";
  public static final String PART = "data.part";
  public static final String WINDOW = "data.window";
  public static final String STRIDE = "data.stride";
  public static final String SKIP = "data.skip";
  public static final String LIMIT = "data.limit";
  public static final String EPOCHS = "data.epochs";
  public static final String SHUFFLE = "data.shuffle";
  public static final String SEED = "data.seed";
  public static final String CACHE = "data.cache.dir";

  public DataSettings {
    homes = Map.copyOf(homes);
  }

  /**
   * Reads settings that were checked against {@link #configDef}.
   *
   * @param defaults options for settings that are absent: {@link SourceOptions#FOR_TRAINING} or
   *     {@link SourceOptions#FOR_REQUESTS}
   */
  public static DataSettings from(Settings settings, SourceOptions defaults) {
    String part = settings.getString(PART);
    SourceOptions options =
        defaults
            .withLabelColumn(stringOrNull(settings, LABEL_COLUMN))
            .withDerive(TableSettings.derive(settings))
            .withTable(TableSettings.format(settings))
            .withPart(part.equals("auto") ? null : Part.valueOf(upper(part)))
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
        stringOrNull(settings, NAME),
        cache == null ? DownloadCache.defaultRoot(System.getenv(), home) : Path.of(cache),
        homes(settings));
  }

  private static Map<String, URI> homes(Settings settings) {
    Map<String, URI> homes = new HashMap<>();
    for (SourceFormat format : SourceFormats.all()) {
      if (format.home().isPresent()) {
        homes.put(format.name(), URI.create(settings.getString(homeSetting(format))));
      }
    }
    return homes;
  }

  private static String homeSetting(SourceFormat format) {
    return "data." + format.name() + ".url";
  }

  /** Creates the factory that opens sources. */
  public Sources sources(InputStream standardInput) {
    return new Sources(standardInput, new DownloadCache(cacheRoot), homes);
  }

  /**
   * Opens the configured source in the configured order.
   *
   * @param standardInput the stream that `jsonl:-` reads
   * @throws UnusableSourceException if the data cannot be used
   */
  public SampleSource open(InputStream standardInput) {
    SampleSource source = sources(standardInput).open(spec, options, order);
    return name == null ? source : new RenamedSource(source, name);
  }

  private static @Nullable Window window(Settings settings) {
    if (!settings.isSet(WINDOW) && !settings.isSet(STRIDE)) {
      return null;
    }
    int length = settings.isSet(WINDOW) ? settings.getInt(WINDOW) : Window.DEFAULT.length();
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
                "The data source: " + SourceFormats.forms() + ".")
            .define(
                NAME,
                ConfigDef.Type.STRING,
                null,
                Importance.LOW,
                "A name for the data source that has its own position. By default, the name is made"
                    + " of the source and the order of its samples.")
            .define(
                SKIP,
                ConfigDef.Type.LONG,
                0,
                Range.atLeast(0),
                Importance.MEDIUM,
                "Number of samples to skip at the beginning of the source.")
            .define(
                LIMIT,
                ConfigDef.Type.LONG,
                null,
                LambdaValidator.with(DataSettings::checkCount, () -> "none, or [1,...]"),
                Importance.HIGH,
                "Maximum number of samples to read, over all epochs; the default is all.")
            .define(
                EPOCHS,
                ConfigDef.Type.LONG,
                1,
                Range.atLeast(1),
                Importance.MEDIUM,
                "How many times to send a finite source. A trainer can also read what was sent once"
                    + " for several epochs.")
            .define(
                SHUFFLE,
                ConfigDef.Type.BOOLEAN,
                false,
                Importance.MEDIUM,
                "Whether to shuffle a finite source, in a new order each epoch. This is a full"
                    + " shuffle and needs no memory.")
            .define(SEED, ConfigDef.Type.LONG, 1, Importance.MEDIUM, "Seed of the shuffle.");
    defineKinds(definition);
    TableSettings.define(definition);
    return definition;
  }

  private static void defineKinds(ConfigDef definition) {
    definition
        .define(
            LABEL_COLUMN,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "Label column of a table ("
                + SourceFormats.taking(SourceOption.LABEL_COLUMN)
                + "); the default is the column named label.")
        .define(
            PART,
            ConfigDef.Type.STRING,
            "auto",
            ConfigDef.ValidString.in("auto", "train", "test"),
            Importance.MEDIUM,
            "Part of a data set that has a train and a test part: train, test, or auto (train for"
                + " produce, test for predict). Other data has no parts.")
        .define(
            WINDOW,
            ConfigDef.Type.INT,
            null,
            LambdaValidator.with(DataSettings::checkCount, () -> "none, or [1,...]"),
            Importance.HIGH,
            "Length of a sample ("
                + SourceFormats.taking(SourceOption.WINDOW)
                + "): values of a wave, otherwise bytes. It must equal the model's input length;"
                + " the default is "
                + Window.DEFAULT.length()
                + ".")
        .define(
            STRIDE,
            ConfigDef.Type.INT,
            null,
            LambdaValidator.with(DataSettings::checkCount, () -> "none, or [1,...]"),
            Importance.MEDIUM,
            "Bytes from the start of one sample of a text: file to the start of the next. The"
                + " default is the window length, so that each byte is in one sample.")
        .define(
            CACHE,
            ConfigDef.Type.STRING,
            null,
            Importance.LOW,
            "Directory for downloads; the default is tidemill in the user's cache directory.");
    for (SourceFormat format : SourceFormats.all()) {
      format
          .home()
          .ifPresent(
              home ->
                  definition.define(
                      homeSetting(format),
                      ConfigDef.Type.STRING,
                      home.toString(),
                      new Address(),
                      Importance.LOW,
                      "Base URL of the " + format.name() + " files."));
    }
  }

  private static void checkCount(String name, @Nullable Object value) {
    if (value instanceof Number count && count.longValue() < 1) {
      throw new ConfigException(name, value, "must be at least 1");
    }
  }

  /** Accepts a source that {@link SourceSpec#parse} accepts. */
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
      return SourceFormats.forms();
    }
  }

  /** Accepts an HTTP or HTTPS URL. */
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
