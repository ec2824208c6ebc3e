package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.option.DataOptions;
import dev.tidemill.cli.option.GenerateOptions;
import dev.tidemill.cli.option.MetricsOptions;
import dev.tidemill.cli.option.RateConverter;
import dev.tidemill.cli.output.AnswerPrinter;
import dev.tidemill.cli.output.Terminal;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.cli.run.WorkerRun;
import dev.tidemill.contract.Contract;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.DataSettings;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.requests.PredictionClient;
import dev.tidemill.producer.requests.RequestSettings;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.writing.ByteSampler;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Metrics;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    header = "Request predictions for a source's samples, or generate text.",
    description = {
      "With --data, sends the samples as requests and prints the predictions.",
      "",
      "Samples are sent as they are; the version that answers prepares them as it was trained. Each"
          + " request prints one line: its answer"
          + " (marked 'late' if it came late), or that none came. A summary goes to standard"
          + " error: missing, late and duplicate answers, latency, and accuracy if labels are"
          + " known. Exits with status 1 if an answer is missing or duplicate, if all answers are"
          + " errors, or if it skipped a malformed sample.",
      "",
      "With --generate, a next-byte model continues the prompt. Each request holds the last bytes"
          + " of the text so far, padded in front with line ends to the model's window. The client"
          + " draws the next byte from the answer. The text goes to standard output as it grows,"
          + " without the prompt.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tidemill predict --model digits --data digits --limit 1000",
      "  tidemill predict --model prose --generate 400 --prompt Once --temperature 0.5"
    })
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private DataOptions data = new DataOptions();
  @Mixin private GenerateOptions generate = new GenerateOptions();
  @Mixin private MetricsOptions metricsOptions = new MetricsOptions();

  @Option(names = "--data", paramLabel = "SOURCE", description = "${sources}")
  private @Nullable String source;

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      converter = RateConverter.class,
      description = "requests per second, sent on schedule (default: as fast as answers come)")
  private @Nullable Double rate;

  @Option(
      names = "--report",
      description = "also report precision, recall, F1 and the confusion matrix of the classes")
  private boolean report;

  @Option(names = "--json", description = "print one JSON object per line, including the summary")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    checkOptions();
    Map<String, String> given = connection.settings();
    metricsOptions.addTo(given);
    if (generate.requested()) {
      ByteSampler draw =
          UsageErrors.valid(spec, () -> new ByteSampler(generate.temperature(), data.seed()));
      return new TextGeneration(ModelContext.of(given), generate, draw, out(), err(), json).run();
    }
    if (rate != null) {
      given.put(RequestSettings.RATE, Double.toString(rate));
    }
    given.put(DataSettings.SOURCE, String.valueOf(source));
    data.addTo(given);
    return ask(ModelContext.of(given));
  }

  private void checkOptions() {
    if (generate.requested() == (source != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "specify either --data=SOURCE or --generate=N" + (source == null ? "" : ", not both"));
    }
    if (generate.hasDetails() && !generate.requested()) {
      throw new ParameterException(
          spec.commandLine(), "--prompt and --temperature need --generate=N");
    }
    if (generate.requested() && generate.bytes() < 1) {
      throw new InvalidSettingsException(
          List.of("--generate must be at least 1, not " + generate.bytes()));
    }
  }

  private int ask(ModelContext context) throws InterruptedException {
    Destination to = context.destination();
    context.require(TopicRole.CALLER);
    List<Contract> contracts = context.contracts();
    try (Metrics metrics = new Metrics(context.model());
        SampleSource samples =
            DataSettings.from(context.settings(), SourceOptions.FOR_REQUESTS).open(System.in)) {
      AnswerPrinter printer =
          new AnswerPrinter(out(), Terminal.of(err()), json, report, classes(contracts));
      PredictionClient client =
          new PredictionClient(
              to,
              TopicRole.CALLER,
              contracts,
              samples,
              RequestSettings.from(context.settings()),
              printer,
              metrics);
      int status = WorkerRun.run(client, Optional.empty(), context, metrics, err());
      printer.end(client.summary());
      return status == ExitStatus.DONE && !client.summary().isComplete()
          ? ExitStatus.FAILED
          : status;
    }
  }

  private static List<String> classes(List<Contract> contracts) {
    return contracts.isEmpty() ? List.of() : contracts.get(contracts.size() - 1).classes();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
