package dev.tidemill.producer;

import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.contract.LabelMeaning;
import dev.tidemill.contract.MissingPolicy;
import dev.tidemill.producer.source.table.TableFormat;
import dev.tidemill.runtime.Settings;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Settings that say how a table is written, and how the contract of a model's first is derived. */
public final class TableSettings {
  public static final String LABELS = "data.labels";
  public static final String STANDARDIZE = "data.standardize";
  public static final String SEQUENCE = "data.sequence";
  public static final String CATEGORIES = "data.categories";
  public static final String MISSING = "data.missing";
  public static final String MISSING_VALUE = "data.missing.value";
  public static final String MISSING_INDICATOR = "data.missing.indicator";
  public static final String DELIMITER = "data.delimiter";
  public static final String ENCODING = "data.encoding";
  public static final String DECIMAL = "data.decimal";
  public static final String THOUSANDS = "data.thousands";
  public static final String DATE_FORMAT = "data.date.format";
  public static final String COLUMNS = "data.columns";
  public static final String FEATURES = "data.features";
  public static final String EXCLUDE = "data.exclude";

  private static final Map<String, Character> DELIMITERS =
      Map.of("comma", ',', "semicolon", ';', "tab", '\t', "pipe", '|');
  private static final Map<String, Character> GROUPS =
      Map.of("point", '.', "comma", ',', "space", ' ', "apostrophe", '\'');

  private TableSettings() {}

  static DeriveOptions derive(Settings settings) {
    return new DeriveOptions(
        LabelMeaning.valueOf(settings.getString(LABELS).toUpperCase(Locale.ROOT)),
        settings.getBoolean(STANDARDIZE),
        Set.copyOf(list(settings, CATEGORIES)),
        MissingPolicy.valueOf(settings.getString(MISSING).toUpperCase(Locale.ROOT)),
        settings.isSet(MISSING_VALUE) ? settings.getString(MISSING_VALUE) : null,
        settings.getBoolean(MISSING_INDICATOR),
        settings.getBoolean(SEQUENCE));
  }

  static TableFormat format(Settings settings) {
    return new TableFormat(
        DELIMITERS.get(settings.getString(DELIMITER)),
        Charset.forName(settings.getString(ENCODING)),
        settings.getString(DECIMAL).equals("comma"),
        GROUPS.get(settings.getString(THOUSANDS)),
        settings.isSet(DATE_FORMAT) ? settings.getString(DATE_FORMAT) : null,
        list(settings, COLUMNS),
        list(settings, FEATURES),
        list(settings, EXCLUDE));
  }

  private static List<String> list(Settings settings, String name) {
    return settings.isSet(name)
        ? Stream.of(settings.getString(name).split(",", -1)).map(String::strip).toList()
        : List.of();
  }

  static void define(ConfigDef definition) {
    defineContract(definition);
    defineFormat(definition);
  }

  private static void defineContract(ConfigDef definition) {
    String first = " Only for a model's first data; later data follows the model's contract.";
    definition
        .define(
            LABELS,
            ConfigDef.Type.STRING,
            "auto",
            ConfigDef.CaseInsensitiveValidString.in("auto", "class", "number"),
            Importance.LOW,
            "What labels are: class, number (a regression target), or auto (texts and up to 100"
                + " different whole numbers are classes, other numbers are targets)."
                + first)
        .define(
            STANDARDIZE,
            ConfigDef.Type.BOOLEAN,
            false,
            Importance.MEDIUM,
            "Whether to standardize a table's numbers, and targets, to mean 0 and standard"
                + " deviation 1."
                + first)
        .define(
            SEQUENCE,
            ConfigDef.Type.BOOLEAN,
            false,
            Importance.LOW,
            "Whether a row is a sequence of its L features, of shape [L, 1] instead of [L]. All of"
                + " them must be numbers."
                + first)
        .define(
            CATEGORIES,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "Columns, separated by commas, that are categories although their values are numbers."
                + first)
        .define(
            MISSING,
            ConfigDef.Type.STRING,
            "refuse",
            ConfigDef.CaseInsensitiveValidString.in("refuse", "drop", "mean", "median", "constant"),
            Importance.MEDIUM,
            "What happens to missing values: refuse (an error), drop (the sample is left out), mean"
                + " or median (a category: none), constant (the value of data.missing.value)."
                + first)
        .define(
            MISSING_VALUE,
            ConfigDef.Type.STRING,
            null,
            Importance.LOW,
            "The value for data.missing=constant.")
        .define(
            MISSING_INDICATOR,
            ConfigDef.Type.BOOLEAN,
            false,
            Importance.LOW,
            "Whether each feature with missing values that are replaced gets another element that"
                + " says which ones were."
                + first);
  }

  private static void defineFormat(ConfigDef definition) {
    definition
        .define(
            DELIMITER,
            ConfigDef.Type.STRING,
            "auto",
            ConfigDef.ValidString.in("auto", "comma", "semicolon", "tab", "pipe"),
            Importance.MEDIUM,
            "What separates the cells of a csv: file; auto detects it in the first row.")
        .define(
            ENCODING,
            ConfigDef.Type.STRING,
            "UTF-8",
            new Encoding(),
            Importance.MEDIUM,
            "The encoding of a csv: file, for example ISO-8859-1 or windows-1252.")
        .define(
            DECIMAL,
            ConfigDef.Type.STRING,
            "point",
            ConfigDef.ValidString.in("point", "comma"),
            Importance.MEDIUM,
            "What separates the fraction of a csv: file's numbers.")
        .define(
            THOUSANDS,
            ConfigDef.Type.STRING,
            "none",
            ConfigDef.ValidString.in("none", "point", "comma", "space", "apostrophe"),
            Importance.LOW,
            "What separates groups of three digits in a csv: file's numbers.")
        .define(
            DATE_FORMAT,
            ConfigDef.Type.STRING,
            null,
            new DateFormat(),
            Importance.LOW,
            "The format of a csv: file's dates, for example dd.MM.yyyy. A date becomes the number"
                + " of days since 1970-01-01.")
        .define(
            COLUMNS,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "The names of a csv: file's columns, separated by commas and in order, if it has no"
                + " header.")
        .define(
            FEATURES,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "The only columns, separated by commas, of a table that are features; the default is all.")
        .define(
            EXCLUDE,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "Columns, separated by commas, of a table that are not read.");
  }

  /** Accepts encodings in which ASCII characters are single bytes. */
  private static final class Encoding implements ConfigDef.Validator {
    private static final String ASCII = ",;\t|\"\r\n";

    @Override
    public void ensureValid(String name, @Nullable Object value) {
      try {
        Charset encoding = Charset.forName(String.valueOf(value));
        if (!encoding.canEncode() || ASCII.getBytes(encoding).length != ASCII.length()) {
          throw new ConfigException(
              name, value, "delimiters take more than a byte in it; convert the file to UTF-8");
        }
      } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
        throw new ConfigException(name, value, "not a known encoding");
      }
    }

    @Override
    public String toString() {
      return "an encoding that extends ASCII";
    }
  }

  /** Accepts patterns of {@link DateTimeFormatter}. */
  private static final class DateFormat implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, @Nullable Object value) {
      try {
        if (value != null) {
          var unused = DateTimeFormatter.ofPattern(value.toString());
        }
      } catch (IllegalArgumentException e) {
        throw new ConfigException(name, value, "not a date format: " + e.getMessage());
      }
    }

    @Override
    public String toString() {
      return "a pattern of java.time.format.DateTimeFormatter";
    }
  }
}
