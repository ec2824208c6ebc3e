package dev.tidemill.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows under one another, numbers to the right. */
final class Table {
  private Table() {}

  /** Prints rows of the same names. */
  static void print(PrintWriter out, List<Row> rows) {
    if (rows.isEmpty()) {
      return;
    }
    List<String> names = List.copyOf(rows.get(0).values().keySet());
    List<List<String>> lines = new ArrayList<>();
    lines.add(names.stream().map(name -> name.replace('_', ' ')).toList());
    for (Row row : rows) {
      lines.add(names.stream().map(name -> cell(row.values().get(name))).toList());
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int column = 0; column < names.size(); column++) {
        boolean numbers = isOfNumbers(rows, names.get(column));
        text.append(padded(line.get(column), width(lines, column), numbers)).append("  ");
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private static boolean isOfNumbers(List<Row> rows, String name) {
    return rows.stream()
        .map(row -> row.values().get(name))
        .anyMatch(value -> value instanceof Number || value instanceof Amount);
  }

  private static int width(List<List<String>> lines, int column) {
    return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
  }

  private static String padded(String text, int width, boolean right) {
    String blanks = " ".repeat(width - text.length());
    return right ? blanks + text : text + blanks;
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
