package dev.tidemill.producer.source.table;

import dev.tidemill.contract.UnusableValueException;
import dev.tidemill.producer.source.NamedValues;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleOrigin;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.UnusableSourceException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table: which one is the label, and which are values.
 *
 * @param file name of the table, for messages
 * @param names all columns, in the file's order
 * @param label index of the label column; -1 if it is not known or there is none
 * @param kept indexes of the columns that are values
 * @param values names of these columns
 */
public record TableColumns(
    String file, List<String> names, int label, List<Integer> kept, List<String> values) {
  static final String DEFAULT_LABEL = "label";

  /**
   * Selects columns as the options say.
   *
   * @throws UnusableSourceException if a column that an option names is missing, two have the same
   *     name, or none is left
   */
  public static TableColumns of(String file, List<String> header, SourceOptions options) {
    TableFormat format = options.table();
    List<String> names = header.stream().map(String::strip).toList();
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new UnusableSourceException(
            file + " has two columns named " + UnusableValueException.shown(name));
      }
    }
    String requested = options.labelColumn();
    int label = names.indexOf(requested == null ? DEFAULT_LABEL : requested);
    if (label < 0 && requested != null) {
      throw noColumn(file, "label column", requested, names);
    }
    for (String name : format.features()) {
      if (!names.contains(name)) {
        throw noColumn(file, "column", name, names);
      }
    }
    List<Integer> kept =
        IntStream.range(0, names.size())
            .filter(i -> i != label && !format.exclude().contains(names.get(i)))
            .filter(i -> format.features().isEmpty() || format.features().contains(names.get(i)))
            .boxed()
            .toList();
    if (kept.isEmpty()) {
      throw new UnusableSourceException(file + " has no feature column");
    }
    return new TableColumns(file, names, label, kept, kept.stream().map(names::get).toList());
  }

  private static UnusableSourceException noColumn(
      String file, String what, String name, List<String> names) {
    return new UnusableSourceException(
        file
            + " has no "
            + what
            + " "
            + UnusableValueException.shown(name)
            + "; its columns are: "
            + shortened(String.join(", ", names)));
  }

  private static String shortened(String names) {
    String printable = names.replaceAll("\\p{Cntrl}", "\uFFFD");
    return printable.length() <= 400 ? printable : printable.substring(0, 400) + " …";
  }

  /** The label column is missing, which a model's first data must have. */
  public UnusableSourceException noLabel() {
    return noColumn(file, "label column", DEFAULT_LABEL, names);
  }

  /**
   * Returns the sample of a row.
   *
   * @param cells a Number, a String, a Boolean or null by the column's index
   */
  public Sample sample(
      long index, IntFunction<? extends @Nullable Object> cells, SampleOrigin origin) {
    @Nullable Object[] raw = new @Nullable Object[kept.size()];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = cells.apply(kept.get(i));
    }
    Object answer = label < 0 ? null : cells.apply(label);
    return Sample.named(
        index,
        new NamedValues(NamedValues.COLUMN, values, Arrays.asList(raw)),
        answer == null || (answer instanceof String text && text.isBlank())
            ? null
            : new SampleLabel.Raw(answer),
        origin);
  }
}
