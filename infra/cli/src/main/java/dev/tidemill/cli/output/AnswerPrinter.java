package dev.tidemill.cli.output;

import dev.tidemill.producer.requests.Answer;
import dev.tidemill.producer.requests.AnswerListener;
import dev.tidemill.producer.requests.AnswerSummary;
import dev.tidemill.producer.requests.MissingAnswer;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.schemas.Prediction;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints answers as they arrive, and a summary at the end. */
public final class AnswerPrinter implements AnswerListener {
  private static final int MAX_REPEATED_LINES = 10;

  private final PrintWriter out;
  private final Terminal terminal;
  private final boolean json;
  private final boolean byClass;
  private final AnswerReport report;
  private int repeated;

  /**
   * @param byClass whether the end also reports on each class
   * @param classes the order of the classes in that report
   */
  public AnswerPrinter(
      PrintWriter out, Terminal terminal, boolean json, boolean byClass, List<String> classes) {
    this.out = out;
    this.terminal = terminal;
    this.json = json;
    this.byClass = byClass;
    this.report = new AnswerReport(classes);
  }

  @Override
  public void answered(Answer answer) {
    report.add(answer);
    out.println(json ? row(answer).toJson() : describe(answer));
  }

  @Override
  public void missing(MissingAnswer request) {
    out.println(json ? row(request).toJson() : describe(request));
  }

  @Override
  public void repeated(Prediction prediction) {
    repeated++;
    if (repeated <= MAX_REPEATED_LINES) {
      terminal.line(
          "predict: another answer to request "
              + prediction.getRequestId()
              + " by version "
              + prediction.getModelVersion()
              + (repeated == MAX_REPEATED_LINES ? "; further duplicates are only counted" : ""));
    }
  }

  @Override
  public void notice(String notice) {
    terminal.line("predict: " + notice);
  }

  @Override
  public void refused(String reason) {
    terminal.line("predict: skipped: " + reason);
  }

  public void end(AnswerSummary summary) {
    out.flush();
    ResultRow row = row(summary);
    report.errors().forEach(row::with);
    if (byClass) {
      Map<String, Object> figures = report.classFigures();
      if (json && !figures.isEmpty()) {
        row.with("classes", figures);
      }
    }
    terminal.line(
        json
            ? row.toJson()
            : String.format(
                Locale.ROOT,
                "predict: %d requests, %d predictions, %d missing, %d late, %d duplicates,"
                    + " %d skipped, %d errors, accuracy %s, %sp50 %.1f ms, p99 %.1f ms",
                summary.requests(),
                summary.predictions(),
                summary.missing(),
                summary.late(),
                summary.duplicates(),
                summary.refused(),
                summary.errors(),
                EpochLine.figure((Double) row.values().get("accuracy")),
                report.errorWords(),
                summary.p50Millis(),
                summary.p99Millis()));
    if (byClass && !json) {
      report.lines().forEach(terminal::line);
    }
  }

  private static ResultRow row(AnswerSummary summary) {
    return new ResultRow()
        .with("requests", summary.requests())
        .with("predictions", summary.predictions())
        .with("missing", summary.missing())
        .with("late", summary.late())
        .with("duplicates", summary.duplicates())
        .with("skipped", summary.refused())
        .with("errors", summary.errors())
        .with("accuracy", summary.accuracy().isPresent() ? summary.accuracy().getAsDouble() : null)
        .with("p50_ms", summary.p50Millis())
        .with("p99_ms", summary.p99Millis());
  }

  private static ResultRow row(Answer answer) {
    Prediction prediction = answer.prediction();
    ResultRow row =
        new ResultRow()
            .with("request", prediction.getRequestId())
            .with("key", answer.key())
            .with("model_version", prediction.getModelVersion())
            .with("version_age_ms", prediction.getVersionAgeMs())
            .with("label", prediction.getLabel())
            .with("label_name", prediction.getLabelName())
            .with("probabilities", prediction.getOutputs())
            .with("target", target(answer.expected()))
            .with("latency_ms", millis(answer.latencyMillis()));
    ResultRow marked = answer.late() ? row.with("late", true) : row;
    return answer.isError() ? marked.with("error", prediction.getError()) : marked;
  }

  private static ResultRow row(MissingAnswer request) {
    return new ResultRow()
        .with("request", request.key())
        .with("key", request.key())
        .with("target", target(request.expected()))
        .with("missing", true)
        .with("waited_ms", millis(request.waitedMillis()));
  }

  private static double millis(double exact) {
    return Math.round(exact * 1000) / 1000.0;
  }

  private static @Nullable Object target(@Nullable SampleLabel expected) {
    if (expected instanceof SampleLabel.Targets targets) {
      return targets.values();
    }
    if (expected instanceof SampleLabel.Raw raw) {
      return raw.value() instanceof String text ? text.strip() : raw.value();
    }
    return expected != null && expected.answer().isPresent() ? expected.answer().getAsInt() : null;
  }

  private static String describe(Answer answer) {
    Prediction prediction = answer.prediction();
    if (answer.isError()) {
      // Control characters would break the rule of one line per request.
      String error = String.valueOf(prediction.getError()).replaceAll("\\p{Cntrl}+", " ");
      return "request " + prediction.getRequestId() + "  error: " + error + mark(answer);
    }
    Object target = target(answer.expected());
    return String.format(
        Locale.ROOT,
        "request %-6s %s%s  version %d, %d ms old  %.1f ms%s",
        prediction.getRequestId(),
        result(prediction),
        target == null ? "" : "  target " + target.toString().replaceAll("\\p{Cntrl}+", " "),
        prediction.getModelVersion(),
        prediction.getVersionAgeMs(),
        answer.latencyMillis(),
        mark(answer));
  }

  private static String result(Prediction prediction) {
    Integer label = prediction.getLabel();
    List<Float> outputs = prediction.getOutputs();
    if (label == null || label < 0 || label >= outputs.size()) {
      return (label == null ? "" : "label " + named(prediction) + "  ") + "outputs " + outputs;
    }
    return String.format(Locale.ROOT, "label %s (%.4f)", named(prediction), outputs.get(label));
  }

  /** The class's name, printable in one line, or its number if it has none. */
  private static String named(Prediction prediction) {
    String name = prediction.getLabelName();
    return name == null
        ? String.valueOf(prediction.getLabel())
        : name.replaceAll("\\p{Cntrl}+", " ");
  }

  private static String mark(Answer answer) {
    return answer.late() ? "  late" : "";
  }

  private static String describe(MissingAnswer request) {
    return String.format(
        Locale.ROOT,
        "request %-6s missing: no answer within %.1f ms",
        request.key(),
        request.waitedMillis());
  }
}
