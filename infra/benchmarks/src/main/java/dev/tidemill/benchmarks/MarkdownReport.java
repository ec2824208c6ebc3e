package dev.tidemill.benchmarks;

import java.util.Collections;
import java.util.List;

/** A report as a section of a page in docs/benchmarks. */
final class MarkdownReport {
  private MarkdownReport() {}

  static String text(Report report, Session session) {
    StringBuilder text = new StringBuilder();
    text.append("\n    ").append(session.command(report.name())).append("\n\n");
    text.append(session.date()).append(", ").append(session.machine().text());
    if (!report.versions().isEmpty()) {
      text.append("; ").append(Versions.text(report.versions()));
    }
    text.append(".\n");
    for (ReportTable table : report.tables()) {
      text.append("\n**").append(table.title()).append("**\n\n");
      line(text, table.columns());
      line(text, Collections.nCopies(table.columns().size(), "---"));
      table.rows().forEach(row -> line(text, row.stream().map(Cell::text).toList()));
    }
    if (!report.targets().isEmpty()) {
      text.append('\n');
      line(text, List.of("target", "wanted", "measured", ""));
      line(text, Collections.nCopies(4, "---"));
      report.targets().forEach(target -> line(text, target(target)));
    }
    if (!report.notes().isEmpty()) {
      text.append('\n');
      report.notes().forEach(note -> text.append("* ").append(note).append('\n'));
    }
    return text.append('\n').toString();
  }

  private static List<String> target(Target target) {
    String verdict = target.verdict().words();
    return List.of(
        target.text(),
        target.wish(),
        target.measured().map(Figure::text).orElse("–"),
        target.verdict() == Target.Verdict.MET ? verdict : "**" + verdict + "**");
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
