package dev.tidemill.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Reports as JSON, for programs: every figure with its unit and spread. */
final class ReportJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportJson() {}

  static void write(Path file, List<Report> reports, Session session) throws IOException {
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), tree(reports, session));
  }

  static ObjectNode tree(List<Report> reports, Session session) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("date", session.date().toString());
    tree.set("machine", JSON.valueToTree(session.machine()));
    ArrayNode all = tree.putArray("reports");
    reports.forEach(report -> all.add(tree(report, session)));
    return tree;
  }

  private static ObjectNode tree(Report report, Session session) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("name", report.name());
    tree.put("command", session.command(report.name()));
    tree.set("versions", JSON.valueToTree(report.versions()));
    ArrayNode tables = tree.putArray("tables");
    report.tables().forEach(table -> tables.add(tree(table)));
    ArrayNode targets = tree.putArray("targets");
    report.targets().forEach(target -> targets.add(tree(target)));
    tree.set("notes", JSON.valueToTree(report.notes()));
    return tree;
  }

  private static ObjectNode tree(ReportTable table) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("title", table.title());
    ArrayNode rows = tree.putArray("rows");
    for (List<Cell> cells : table.rows()) {
      ObjectNode row = rows.addObject();
      for (int i = 0; i < cells.size(); i++) {
        if (cells.get(i) instanceof Cell.Measured measured) {
          row.set(table.columns().get(i), JSON.valueToTree(measured.figure()));
        } else {
          row.put(table.columns().get(i), cells.get(i).text());
        }
      }
    }
    return tree;
  }

  private static ObjectNode tree(Target target) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("text", target.text());
    tree.put("bound", target.bound().name());
    tree.put("wanted", target.wanted());
    target.measured().ifPresent(figure -> tree.set("measured", JSON.valueToTree(figure)));
    tree.put("verdict", target.verdict().name());
    return tree;
  }
}
