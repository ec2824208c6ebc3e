package dev.tidemill.benchmarks;

import java.util.List;

/**
 * Figures in rows and columns.
 *
 * @param rows each as long as {@code columns}
 */
public record ReportTable(String title, List<String> columns, List<List<Cell>> rows) {
  public ReportTable {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<Cell> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "table '"
                + title
                + "' has "
                + columns.size()
                + " columns, and a row of "
                + row.size()
                + ": "
                + row);
      }
    }
  }
}
