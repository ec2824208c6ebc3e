package dev.tidemill.chaos.report;

import dev.tidemill.chaos.injection.InjectedFault;
import dev.tidemill.chaos.schedule.Role;
import dev.tidemill.chaos.schedule.Target;
import dev.tidemill.chaos.watch.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One HTML page with the timeline of a run; it loads nothing from elsewhere. */
public final class HtmlReport {
  private static final int WIDTH = 1_100;
  private static final int LEFT = 110;
  private static final int ROW = 22;
  private static final int BUCKET_MILLIS = 1_000;

  private final RunResult result;
  private final StringBuilder svg = new StringBuilder();
  private final double pixelsPerMilli;
  private int y = ROW;

  private HtmlReport(RunResult result) {
    this.result = result;
    long end = result.faults().stream().mapToLong(InjectedFault::endedMillis).max().orElse(0);
    long length = Math.max(1, Math.max(end, result.lengthMillis() + result.drainMillis()));
    this.pixelsPerMilli = (WIDTH - LEFT - 10) / (double) length;
  }

  /** Returns the page. */
  public static String of(RunResult result) {
    HtmlReport report = new HtmlReport(result);
    report.axis();
    report.progress();
    report.faults();
    return report.page();
  }

  private void axis() {
    long length = Math.round((WIDTH - LEFT - 10) / pixelsPerMilli);
    long step = length > 120_000 ? 20_000 : 10_000;
    for (long at = 0; at <= length; at += step) {
      text(x(at), 12, "tick", at / 1000 + " s");
    }
  }

  /** A row for each role: how much was committed in each second. */
  private void progress() {
    List<Role> roles = new ArrayList<>(Progress.ROLES);
    roles.add(Role.CALLER);
    for (Role role : roles) {
      text(4, y + 15, "label", rowName(role));
      int[] counts = counts(role);
      int most = 1;
      for (int count : counts) {
        most = Math.max(most, count);
      }
      for (int second = 0; second < counts.length; second++) {
        int height = (int) Math.round((ROW - 4) * counts[second] / (double) most);
        if (height > 0) {
          rectangle(
              x((long) second * BUCKET_MILLIS),
              y + ROW - 2 - height,
              Math.max(1, pixelsPerMilli * BUCKET_MILLIS - 0.5),
              height,
              "bar",
              second + " s: " + counts[second]);
        }
      }
      y += ROW;
    }
    y += ROW / 2;
  }

  private static String rowName(Role role) {
    return switch (role) {
      case PRODUCER -> "batches";
      case TRAINER -> "versions";
      case INFERENCE -> "answers";
      case CALLER -> "requests";
      case BROKER -> "";
    };
  }

  private int[] counts(Role role) {
    List<Long> times = result.progress().times(role);
    long last = times.isEmpty() ? 0 : times.get(times.size() - 1);
    int[] counts = new int[Math.toIntExact(last / BUCKET_MILLIS) + 1];
    times.forEach(time -> counts[Math.toIntExact(time / BUCKET_MILLIS)]++);
    return counts;
  }

  /** A row for each process, with its faults. */
  private void faults() {
    List<Target> targets = new ArrayList<>();
    for (int broker = 1; broker <= Role.BROKER.processes(); broker++) {
      targets.add(new Target(Role.BROKER, broker));
    }
    targets.addAll(Target.workers());
    for (Target target : targets) {
      text(4, y + 15, "label", target.toString());
      for (InjectedFault fault : result.faults()) {
        if (fault.planned().target().equals(target)) {
          fault(fault);
        }
      }
      y += ROW;
    }
  }

  private void fault(InjectedFault fault) {
    double width = Math.max(3, (fault.endedMillis() - fault.beganMillis()) * pixelsPerMilli);
    String kind = fault.planned().kind().toString();
    String style = fault.effect().happened() ? "fault " + kind.replace(' ', '-') : "fault nothing";
    rectangle(
        x(fault.beganMillis()),
        y + 3,
        width,
        ROW - 6,
        style,
        String.format(
            Locale.ROOT,
            "%s, %.1f s to %.1f s: %s",
            kind,
            fault.beganMillis() / 1e3,
            fault.endedMillis() / 1e3,
            fault.effect().note()));
    text(x(fault.beganMillis()) + 2, y + 15, "name", kind);
  }

  private double x(long millis) {
    return LEFT + millis * pixelsPerMilli;
  }

  private void rectangle(
      double x, double top, double width, double height, String style, String title) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
                + "<title>%s</title></rect>%n",
            style,
            x,
            top,
            width,
            height,
            escaped(title)));
  }

  private void text(double x, double baseline, String style, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
            style,
            x,
            baseline,
            escaped(text)));
  }

  private String page() {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>tidemill chaos, seed %d</title>
        <style>
        body { font: 14px system-ui, sans-serif; margin: 24px; color: #1a1a1a; background: #fff; }
        pre { font: 13px ui-monospace, monospace; white-space: pre-wrap; }
        svg text { font: 11px system-ui, sans-serif; fill: #1a1a1a; }
        .tick { fill: #555; }
        .bar { fill: #2f6f9f; }
        .fault { fill: #d98324; opacity: 0.75; }
        .kill, .kill-broker { fill: #b3261e; }
        .stop, .stall-broker { fill: #7b52ab; }
        .nothing { fill: #bbb; }
        svg .name { font-size: 10px; }
        </style>
        </head>
        <body>
        <h1>tidemill chaos, seed %d: %s</h1>
        <p>Above, what was committed in each second. Below, the faults of each process. Point at a bar
        for its figures.</p>
        <svg width="%d" height="%d" role="img" aria-label="Timeline of faults and progress">
        %s</svg>
        <pre>%s</pre>
        </body>
        </html>
        """
        .formatted(
            result.schedule().seed(),
            result.schedule().seed(),
            result.succeeded() ? "the guarantees held" : "FAILED",
            WIDTH,
            y + ROW,
            svg,
            escaped(String.join("\n", TextReport.of(result))));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
