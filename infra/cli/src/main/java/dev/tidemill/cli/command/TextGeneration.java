package dev.tidemill.cli.command;

import dev.tidemill.cli.option.GenerateOptions;
import dev.tidemill.cli.output.ByteText;
import dev.tidemill.cli.output.ResultRow;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.cli.run.WorkerRun;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.requests.AnswerSummary;
import dev.tidemill.producer.requests.PredictionClient;
import dev.tidemill.producer.requests.RequestSettings;
import dev.tidemill.producer.writing.ByteSampler;
import dev.tidemill.producer.writing.Continuation;
import dev.tidemill.runtime.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Generates text with a next-byte model and prints it. */
final class TextGeneration implements Continuation.Reader {
  private final ModelContext context;
  private final GenerateOptions options;
  private final ByteSampler draw;
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;
  private final ByteText text;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long firstVersion;
  private long lastVersion;

  TextGeneration(
      ModelContext context,
      GenerateOptions options,
      ByteSampler draw,
      PrintWriter out,
      PrintWriter err,
      boolean json) {
    this.context = context;
    this.options = options;
    this.draw = draw;
    this.out = out;
    this.err = err;
    this.json = json;
    this.text = new ByteText(out);
  }

  /** Generates and prints the text; returns the exit status. */
  int run() throws InterruptedException {
    context.require(TopicRole.WRITER);
    Continuation continuation =
        new Continuation(
            options.prompt().getBytes(StandardCharsets.UTF_8),
            NextByteModel.of(context).window(),
            options.bytes(),
            draw,
            this);
    RequestSettings asking = RequestSettings.from(context.settings()).withIdPrefix("text-");
    try (Metrics metrics = new Metrics(context.model())) {
      PredictionClient client =
          new PredictionClient(
              context.destination(), TopicRole.WRITER, continuation, asking, continuation, metrics);
      int status = WorkerRun.run(client, Optional.empty(), context, metrics, err);
      printSummary(client.summary());
      continuation.fault().ifPresent(fault -> err.println("tidemill: " + fault));
      err.flush();
      return continuation.fault().isPresent() ? ExitStatus.FAILED : status;
    }
  }

  @Override
  public void written(int value, long version) {
    bytes.write(value);
    firstVersion = firstVersion == 0 ? version : firstVersion;
    lastVersion = version;
    if (!json) {
      text.add(value);
    }
  }

  private void printSummary(AnswerSummary summary) {
    if (json) {
      out.println(row(summary).toJson());
      out.flush();
      return;
    }
    text.end();
    err.printf(
        Locale.ROOT,
        "predict: %d bytes, %d requests, %d missing, %d duplicates, version %d to %d, p50 %.1f ms,"
            + " p99 %.1f ms%n",
        bytes.size(),
        summary.requests(),
        summary.missing(),
        summary.duplicates(),
        firstVersion,
        lastVersion,
        summary.p50Millis(),
        summary.p99Millis());
  }

  private ResultRow row(AnswerSummary summary) {
    return new ResultRow()
        .with("prompt", options.prompt())
        .with("text", ByteText.of(bytes.toByteArray()))
        .with("bytes", bytes.size())
        .with("requests", summary.requests())
        .with("missing", summary.missing())
        .with("duplicates", summary.duplicates())
        .with("first_version", firstVersion)
        .with("last_version", lastVersion)
        .with("p50_ms", summary.p50Millis())
        .with("p99_ms", summary.p99Millis());
  }
}
