package dev.tidemill.producer.source.table;

import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.UnusableSourceException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The columns of a CSV file: which one is the label, and which are features.
 *
 * @param label index of the label column; -1 if there is none
 */
record CsvColumns(String file, List<String> names, int label) {
  private static final String DEFAULT_LABEL = "label";

  CsvColumns {
    names = List.copyOf(names);
  }

  static CsvColumns of(String file, List<String> header, SourceOptions options) {
    List<String> names = header.stream().map(String::strip).toList();
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new UnusableSourceException(file + " has two columns named `" + name + "`");
      }
    }
    String requested = options.labelColumn();
    int label = names.indexOf(requested == null ? DEFAULT_LABEL : requested);
    if (label < 0 && (requested != null || options.labelRequired())) {
      throw new UnusableSourceException(
          file
              + " has no label column `"
              + (requested == null ? DEFAULT_LABEL : requested)
              + "`; its columns are: "
              + String.join(", ", names));
    }
    if (names.size() < (label < 0 ? 1 : 2)) {
      throw new UnusableSourceException(file + " has no feature column");
    }
    return new CsvColumns(file, names, label);
  }

  /** Names of the feature columns, in the file's order. */
  List<String> features() {
    return IntStream.range(0, names.size()).filter(i -> i != label).mapToObj(names::get).toList();
  }

  int featureCount() {
    return names.size() - (label < 0 ? 0 : 1);
  }

  /**
   * Parses the features of a row, in the file's order.
   *
   * @param into receives the values; its length is the number of features
   */
  void features(CsvRow row, double[] into) {
    List<String> cells = row.cells();
    if (cells.size() != names.size()) {
      throw new UnusableSourceException(
          file
              + " line "
              + row.line()
              + ": "
              + cells.size()
              + " cells, but the header has "
              + names.size()
              + " columns");
    }
    int feature = 0;
    for (int i = 0; i < cells.size(); i++) {
      if (i != label) {
        into[feature++] = number(cells.get(i), row.line(), i);
      }
    }
  }

  /** The cell of the label column. */
  String label(CsvRow row) {
    return row.cells().get(label).strip();
  }

  private double number(String cell, long line, int column) {
    double value = Numbers.parse(cell);
    if (Double.isNaN(value)) {
      throw bad(line, column, cell, "not a finite number");
    }
    return value;
  }

  UnusableSourceException bad(long line, int column, String cell, String fault) {
    String shown = cell.isBlank() ? "an empty cell" : "`" + cell + "`";
    return new UnusableSourceException(
        file + " line " + line + ", column `" + names.get(column) + "`: " + shown + " is " + fault);
  }
}
