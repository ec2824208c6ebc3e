package dev.tidemill.cli;

import dev.tidemill.producer.requests.Answer;
import dev.tidemill.producer.requests.AnswerListener;
import dev.tidemill.producer.requests.AnswerSummary;
import dev.tidemill.producer.source.Truth;
import dev.tidemill.schemas.Prediction;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints answers as they come, and what they add up to. */
final class AnswerPrinter implements AnswerListener {
  private final PrintWriter out;
  private final Terminal terminal;
  private final boolean json;

  AnswerPrinter(PrintWriter out, Terminal terminal, boolean json) {
    this.out = out;
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public void answered(Answer answer) {
    out.println(json ? row(answer).toJson() : words(answer));
  }

  @Override
  public void refused(String reason) {
    terminal.line("predict: left out: " + reason);
  }

  void end(AnswerSummary summary) {
    out.flush();
    Row row = row(summary);
    terminal.line(
        json
            ? row.toJson()
            : String.format(
                Locale.ROOT,
                "predict: %d requests, %d predictions, %d missing, %d duplicates, %d errors, accuracy %s, p50 %.1f ms, p99 %.1f ms",
                summary.requests(),
                summary.predictions(),
                summary.missing(),
                summary.duplicates(),
                summary.errors(),
                EpochLine.figure((Double) row.values().get("accuracy")),
                summary.p50Millis(),
                summary.p99Millis()));
  }

  private static Row row(AnswerSummary summary) {
    return new Row()
        .with("requests", summary.requests())
        .with("predictions", summary.predictions())
        .with("missing", summary.missing())
        .with("duplicates", summary.duplicates())
        .with("errors", summary.errors())
        .with("accuracy", summary.accuracy().isPresent() ? summary.accuracy().getAsDouble() : null)
        .with("p50_ms", summary.p50Millis())
        .with("p99_ms", summary.p99Millis());
  }

  private static Row row(Answer answer) {
    Prediction prediction = answer.prediction();
    Row row =
        new Row()
            .with("request", prediction.getRequestId())
            .with("key", answer.key())
            .with("model_version", prediction.getModelVersion())
            .with("version_age_ms", prediction.getVersionAgeMs())
            .with("label", prediction.getLabel())
            .with("probabilities", prediction.getOutputs())
            .with("truth", truth(answer.truth()))
            .with("latency_ms", Math.round(answer.latencyMillis() * 1000) / 1000.0);
    return answer.isError() ? row.with("error", prediction.getError()) : row;
  }

  private static @Nullable Object truth(@Nullable Truth truth) {
    if (truth instanceof Truth.Targets targets) {
      return targets.values();
    }
    return truth != null && truth.answer().isPresent() ? truth.answer().getAsInt() : null;
  }

  private static String words(Answer answer) {
    Prediction prediction = answer.prediction();
    if (answer.isError()) {
      return "request " + prediction.getRequestId() + "  error: " + prediction.getError();
    }
    Integer label = prediction.getLabel();
    Object truth = truth(answer.truth());
    return String.format(
        Locale.ROOT,
        "request %-6s %s%s  version %d, %d ms old  %.1f ms",
        prediction.getRequestId(),
        label == null
            ? "outputs " + prediction.getOutputs()
            : String.format(
                Locale.ROOT, "label %d (%.4f)", label, prediction.getOutputs().get(label)),
        truth == null ? "" : "  truth " + truth,
        prediction.getModelVersion(),
        prediction.getVersionAgeMs(),
        answer.latencyMillis());
  }
}
