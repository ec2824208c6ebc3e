package dev.tidemill.benchmarks;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Reports on a terminal: columns under one another. */
final class TablePrinter {
  private final PrintWriter out;

  TablePrinter(PrintWriter out) {
    this.out = out;
  }

  void print(Report report, Session session) {
    out.println();
    out.println(session.command(report.name()));
    out.println(session.machine().text());
    if (!report.versions().isEmpty()) {
      out.println(Versions.text(report.versions()));
    }
    for (ReportTable table : report.tables()) {
      out.println();
      out.println(table.title());
      List<List<String>> lines = new ArrayList<>();
      lines.add(table.columns());
      table.rows().forEach(row -> lines.add(row.stream().map(Cell::text).toList()));
      align(lines);
    }
    if (!report.targets().isEmpty()) {
      out.println();
      out.println("Targets");
      align(report.targets().stream().map(TablePrinter::line).toList());
    }
    report.notes().forEach(note -> out.println("note: " + note));
    out.flush();
  }

  private static List<String> line(Target target) {
    return List.of(
        target.verdict().words(),
        target.text(),
        target.wish(),
        target.measured().map(Figure::text).orElse(""));
  }

  private void align(List<List<String>> lines) {
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder("  ");
      for (int column = 0; column < line.size(); column++) {
        String cell = line.get(column);
        text.append(cell).append(" ".repeat(2 + width(lines, column) - cell.length()));
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private static int width(List<List<String>> lines, int column) {
    return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
  }
}
