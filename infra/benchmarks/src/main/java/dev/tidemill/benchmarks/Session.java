package dev.tidemill.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

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

  /** Prints a report to a terminal, with aligned columns. */
  void print(Report report, PrintWriter out) {
    out.printf("%n%s%n%s%n", command(report.name()), machine.text());
    if (!report.versions().isEmpty()) {
      out.println(report.versionsText());
    }
    for (Report.Table table : report.tables()) {
      out.printf("%n%s%n", table.title());
      List<List<String>> lines = new ArrayList<>(List.of(table.columns()));
      lines.addAll(table.text());
      printAligned(lines, out);
    }
    if (!report.targets().isEmpty()) {
      out.printf("%nTargets%n");
      printAligned(
          report.targets().stream()
              .map(t -> List.of(t.verdict().text(), t.text(), t.wantedText(), t.measuredText("")))
              .toList(),
          out);
    }
    report.notes().forEach(note -> out.println("note: " + note));
    out.flush();
  }

  private static void printAligned(List<List<String>> lines, PrintWriter out) {
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder("  ");
      for (int i = 0; i < line.size(); i++) {
        int column = i;
        int width = lines.stream().mapToInt(l -> l.get(column).length()).max().orElse(0);
        text.append(line.get(i)).append(" ".repeat(2 + width - line.get(i).length()));
      }
      out.println(text.toString().stripTrailing());
    }
  }

  /** Writes reports as JSON: every figure with its unit and spread. */
  void writeJson(Path file, List<Report> reports) throws IOException {
    ObjectNode tree = JSON.createObjectNode().put("date", date.toString());
    tree.set("machine", JSON.valueToTree(machine));
    ArrayNode all = tree.putArray("reports");
    for (Report report : reports) {
      ObjectNode node = JSON.valueToTree(report);
      all.add(node.put("command", command(report.name())));
    }
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), tree);
  }
}
