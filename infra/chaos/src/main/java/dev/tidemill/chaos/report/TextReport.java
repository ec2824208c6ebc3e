package dev.tidemill.chaos.report;

import dev.tidemill.chaos.injection.InjectedFault;
import dev.tidemill.chaos.schedule.FaultKind;
import dev.tidemill.chaos.schedule.Role;
import dev.tidemill.chaos.watch.Progress;
import dev.tidemill.chaos.watch.Progress.Outage;
import dev.tidemill.testbed.guarantee.Violation;
import dev.tidemill.testbed.history.Batch;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Letter;
import dev.tidemill.testbed.history.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The lines that a run prints at its end. */
public final class TextReport {
  private final RunResult result;
  private final List<String> lines = new ArrayList<>();

  private TextReport(RunResult result) {
    this.result = result;
  }

  /** Returns the report. */
  public static List<String> of(RunResult result) {
    TextReport report = new TextReport(result);
    report.faults();
    report.figures();
    report.outages();
    report.processes();
    report.verdict();
    return List.copyOf(report.lines);
  }

  private void faults() {
    add("seed      %d", result.schedule().seed());
    add("faults    %d planned, %d injected", result.schedule().faults().size(), result.injected());
    add("  %-24s %8s %9s %22s", "kind", "injected", "no effect", "recovery median, most");
    for (FaultKind kind : FaultKind.values()) {
      List<InjectedFault> all =
          result.faults().stream().filter(fault -> fault.planned().kind() == kind).toList();
      if (!all.isEmpty()) {
        long happened = all.stream().filter(fault -> fault.effect().happened()).count();
        add("  %-24s %8d %9d %22s", kind, happened, all.size() - happened, recovery(all));
      }
    }
    result.faults().stream()
        .filter(fault -> !fault.effect().happened())
        .forEach(fault -> add("  no effect:%s: %s", fault.planned(), fault.effect().note()));
  }

  /** From the ends of faults until batches, a version and answers were committed again. */
  private String recovery(List<InjectedFault> faults) {
    long[] times =
        faults.stream()
            .mapToLong(fault -> result.progress().recovery(fault.endedMillis()))
            .sorted()
            .toArray();
    if (times[0] < 0) {
      return "none after the last one";
    }
    return String.format(
        Locale.ROOT,
        "%.1f s, %.1f s",
        times[times.length / 2] / 1e3,
        times[times.length - 1] / 1e3);
  }

  private void figures() {
    History history = result.history();
    List<Batch> batches = history.batches().stream().filter(Batch::committed).toList();
    add(
        "figures   %,d batch records with %,d samples, %,d versions",
        batches.size(),
        batches.stream().filter(Batch::readable).mapToLong(Batch::samples).sum(),
        history.versions().size());
    add(
        "          %,d requests, %,d answers, %,d dead letters",
        history.requests().stream().filter(Request::committed).count(),
        history.committedAnswers().size(),
        history.letters().stream().filter(Letter::committed).count());
    add(
        "          aborted: %,d batch records, %,d answers, %,d manifests",
        history.batches().size() - batches.size(),
        history.answers().size() - history.committedAnswers().size(),
        history.manifests().stream().filter(manifest -> !manifest.committed()).count());
  }

  private void outages() {
    for (Role role : Progress.ROLES) {
      Outage longest = result.progress().longestOutage(role, 0, result.lengthMillis());
      add(
          "outage    %-10s %5.1f s without progress at most, from %.1f s on",
          role, longest.millis() / 1e3, longest.fromMillis() / 1e3);
    }
  }

  private void processes() {
    add(
        "processes %d starts, %d ended by themselves with an error and were started again",
        result.processStarts(), result.unexpectedEnds().size());
    result.unexpectedEnds().forEach(end -> add("  %s", end));
    add(
        "drained   %s after %.1f s%s",
        result.backlog().isEmpty() && result.unfinished().isEmpty() ? "yes," : "NO, not",
        result.drainMillis() / 1e3,
        result.backlog().isEmpty() ? "" : "; left: " + result.backlog());
    result.unfinished().forEach(each -> add("  %s", each));
  }

  private void verdict() {
    List<Violation> violations = result.verdict().violations();
    long broken = violations.stream().map(Violation::guarantee).distinct().count();
    if (result.verdict().holds()) {
      add("verdict   every guarantee that the topics tell of holds: %s", checked());
    } else {
      add("verdict   VIOLATED: %d violations of %d guarantees", violations.size(), broken);
      violations.forEach(violation -> add("  %s", violation));
    }
    if (!result.succeeded() && result.verdict().holds()) {
      add("verdict   FAILED all the same: see 'faults' and 'drained' above");
    }
  }

  private static String checked() {
    return String.join(", ", Arrays.asList("SENT", "G1", "G2", "G4", "G5", "G6", "G7"));
  }

  private void add(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
  }
}
