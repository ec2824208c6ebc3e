package dev.tidemill.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.stream.Collectors;

/**
 * A Markdown page with generated places. {@code --write} replaces the text between {@code <!--
 * bench:NAME -->} and {@code <!-- /bench:NAME -->}; NAME is a benchmark and maybe a variant, e.g.
 * {@code train@torch}.
 */
record Document(Path file) {

  static Document of(Path folder, String benchmark) {
    return new Document(folder.resolve(benchmark + ".md"));
  }

  /**
   * Checks that the page has a place, before anything is measured.
   *
   * @throws BenchmarkException if the page or the place is missing
   */
  void requirePlace(String place) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BenchmarkException(file + " does not exist");
    }
    String unused = replaced(Files.readString(file), place, "");
  }

  /** Writes a report into its place. */
  void write(Report report, Session session) throws IOException {
    String text = markdown(report, session);
    Files.writeString(file, replaced(Files.readString(file), session.place(report.name()), text));
  }

  private String replaced(String document, String place, String section) {
    String begin = "<!-- bench:" + place + " -->";
    String end = "<!-- /bench:" + place + " -->";
    int from = document.indexOf(begin + "\n") + begin.length() + 1;
    int to = document.indexOf(end);
    if (from <= begin.length() || to < from) {
      throw new BenchmarkException(file + " has no place between " + begin + " and " + end);
    }
    return document.substring(0, from) + section + document.substring(to);
  }

  private static String markdown(Report report, Session session) {
    StringBuilder text = new StringBuilder("\n    ").append(session.command(report.name()));
    text.append("\n\n").append(session.circumstances(report)).append('\n');
    for (Report.Table table : report.printed()) {
      text.append(table.title().isEmpty() ? "\n" : "\n**" + table.title() + "**\n\n");
      line(text, table.columns());
      line(text, Collections.nCopies(table.columns().size(), "---"));
      table.rows().forEach(row -> line(text, row.values()));
    }
    text.append(report.notes().isEmpty() ? "" : "\n");
    report.notes().forEach(note -> text.append("* ").append(note).append('\n'));
    return text.append('\n').toString();
  }

  private static void line(StringBuilder text, Collection<?> cells) {
    String joined = cells.stream().map(String::valueOf).collect(Collectors.joining(" | "));
    text.append("| ").append(joined).append(" |\n");
  }
}
