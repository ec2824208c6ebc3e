package dev.tidemill.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemill.cli.output.ResultRow;
import dev.tidemill.cli.output.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What all reports of one run of the command share, and how they are printed.
 *
 * @param options after the benchmark's name, e.g. {@code --rounds 5}; may be empty
 * @param variant distinguishes a report's place in a page: {@code @torch} for another engine,
 *     {@code @avx2} for limited instructions, {@code @25} for another JDK; may be empty
 */
record Session(Machine machine, LocalDate date, String options, String variant) {
  private static final ObjectMapper JSON = new ObjectMapper();

  String command(String benchmark) {
    return ("./tidemill bench " + benchmark + " " + options).strip();
  }

  /** The name of a report's place in a page. */
  String place(String benchmark) {
    return benchmark + variant;
  }

  /** When, where and with which versions a report was measured, in one line. */
  String circumstances(Report report) {
    StringJoiner versions = new StringJoiner(", ", "; ", "").setEmptyValue("");
    report.versions().forEach((what, version) -> versions.add(what + " " + version));
    return date + ", " + machine.text() + versions + ".";
  }

  /** Prints a report to a terminal, with aligned columns. */
  void print(Report report, PrintWriter out) {
    out.printf("%n%s%n%s%n", command(report.name()), circumstances(report));
    for (Report.Table table : report.printed()) {
      out.printf("%n%s%n", table.title());
      Table.print(out, table.rows().stream().map(Session::row).toList());
    }
    report.notes().forEach(note -> out.println("note: " + note));
    out.flush();
  }

  private static ResultRow row(Map<String, Object> cells) {
    ResultRow row = new ResultRow();
    cells.forEach(row::with);
    return row;
  }

  /** Writes reports as JSON: every figure with its unit and spread. */
  void writeJson(Path file, List<Report> reports) throws IOException {
    ObjectNode tree = JSON.createObjectNode().put("date", date.toString());
    ArrayNode all = tree.putPOJO("machine", machine).putArray("reports");
    for (Report report : reports) {
      ObjectNode node = JSON.valueToTree(report);
      all.add(node.put("command", command(report.name())));
    }
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), tree);
  }
}
