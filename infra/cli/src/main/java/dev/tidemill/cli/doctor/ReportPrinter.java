package dev.tidemill.cli.doctor;

import dev.tidemill.cli.doctor.Finding.Result;
import dev.tidemill.cli.output.Printable;
import dev.tidemill.cli.output.ResultRow;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints a line per finding as soon as its check has ended, and counts the findings. */
public final class ReportPrinter {
  private final PrintWriter out;
  private final boolean json;
  private final Map<Result, Integer> counts = new EnumMap<>(Result.class);

  /**
   * @param json whether to print JSON objects
   */
  public ReportPrinter(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** Prints the findings of a check. */
  public void print(CheckReport report) {
    for (Finding finding : report.findings()) {
      counts.merge(finding.result(), 1, Integer::sum);
      if (json) {
        out.println(row(report.check(), finding).toJson());
      } else {
        out.printf(
            "%-12s  %-11s  %s%n",
            report.check(), finding.result().word(), Printable.of(text(finding)));
      }
    }
    out.flush();
  }

  /** Returns whether no check found an error. */
  public boolean isHealthy() {
    return !counts.containsKey(Result.ERROR);
  }

  /** Returns how many findings of each kind there are. */
  public String summary() {
    return counts.entrySet().stream()
        .map(each -> each.getValue() + " " + each.getKey().word())
        .collect(Collectors.joining(", "));
  }

  private static String text(Finding finding) {
    return finding.fix() == null ? finding.found() : finding.found() + "; fix: " + finding.fix();
  }

  private static ResultRow row(String check, Finding finding) {
    return new ResultRow()
        .with("check", check)
        .with("result", finding.result().word())
        .with("found", finding.found())
        .with("fix", finding.fix());
  }
}
