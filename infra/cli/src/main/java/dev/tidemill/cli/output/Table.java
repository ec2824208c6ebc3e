package dev.tidemill.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints rows in aligned columns, with numbers to the right. The first thousand rows determine the
 * column widths; later rows are printed as they come.
 */
public final class Table implements AutoCloseable {
  private static final int WIDTHS_FROM_ROWS = 1_000;

  private record Column(String name, boolean numbers, int width) {}

  private final PrintWriter out;
  private final List<ResultRow> first = new ArrayList<>();
  private @Nullable List<Column> columns;

  public Table(PrintWriter out) {
    this.out = out;
  }

  /** Prints rows that have the same names. */
  public static void print(PrintWriter out, List<ResultRow> rows) {
    try (Table table = new Table(out)) {
      rows.forEach(table::add);
    }
  }

  /** Adds a row that has the same names as the first. */
  public void add(ResultRow row) {
    if (columns != null) {
      print(columns, row);
    } else {
      first.add(row);
      if (first.size() == WIDTHS_FROM_ROWS) {
        printFirst();
      }
    }
  }

  /** Prints remaining rows. Does not close the writer. */
  @Override
  public void close() {
    if (columns == null && !first.isEmpty()) {
      printFirst();
    }
  }

  private void printFirst() {
    List<Column> wide = first.get(0).values().keySet().stream().map(this::column).toList();
    print(wide, wide.stream().map(Table::title).toList());
    first.forEach(row -> print(wide, row));
    first.clear();
    columns = wide;
  }

  private Column column(String name) {
    int width =
        first.stream().mapToInt(row -> cell(row.values().get(name)).length()).max().orElse(0);
    boolean numbers =
        first.stream()
            .map(row -> row.values().get(name))
            .anyMatch(value -> value instanceof Number || value instanceof Amount);
    return new Column(name, numbers, Math.max(width, name.length()));
  }

  private static String title(Column column) {
    return column.name().replace('_', ' ');
  }

  private void print(List<Column> wide, ResultRow row) {
    print(wide, wide.stream().map(column -> cell(row.values().get(column.name()))).toList());
  }

  private void print(List<Column> wide, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(padded(cells.get(i), wide.get(i))).append("  ");
    }
    out.println(line.toString().stripTrailing());
  }

  private static String padded(String text, Column column) {
    String blanks = " ".repeat(Math.max(0, column.width() - text.length()));
    return column.numbers() ? blanks + text : text + blanks;
  }

  private static String cell(@Nullable Object value) {
    if (value == null) {
      return "-";
    }
    if (value instanceof Double number) {
      return String.format(Locale.ROOT, "%.4f", number);
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + entry.getValue())
          .collect(Collectors.joining(" "));
    }
    if (value instanceof Collection<?> items) {
      return items.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
    return value.toString();
  }
}
