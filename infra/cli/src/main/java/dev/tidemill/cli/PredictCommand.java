package dev.tidemill.cli;

import dev.tidemill.producer.DataSettings;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.requests.AnswerSummary;
import dev.tidemill.producer.requests.LearnedPreparation;
import dev.tidemill.producer.requests.PredictionClient;
import dev.tidemill.producer.requests.RequestSettings;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Topics;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    header = "Send a source's samples as requests, await the answers and print them.",
    description = {
      "Features are prepared as the model's batches were. A summary follows on standard error:"
          + " missing and duplicate answers, accuracy where the truth is known, latency. Status 1"
          + " where an answer is missing or double.",
      ""
    })
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private DataOptions data = new DataOptions();

  @Option(names = "--data", paramLabel = "SOURCE", required = true, description = SourceSpec.FORMS)
  private String source = "";

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      converter = Rate.class,
      description = "requests a second, whatever the answers do (default: as fast as answered)")
  private @Nullable Double rate;

  @Option(names = "--json", description = "one object a line, the summary too")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Map<String, String> given = connection.given();
    if (rate != null) {
      given.put(RequestSettings.RATE, Double.toString(rate));
    }
    given.put(DataSettings.SOURCE, source);
    data.into(given);
    ModelSite site = ModelSite.of(given);
    Destination to = site.destination();
    site.require(
        Topics.Name.REQUESTS, Topics.Name.PREDICTIONS, Topics.Name.LABELS, Topics.Name.BATCHES);
    SourceOptions options =
        SourceOptions.FOR_REQUESTS.withPreparation(LearnedPreparation.newest(to).orElse(null));
    try (Metrics metrics = new Metrics();
        SampleSource samples = DataSettings.from(site.settings(), options).open(System.in)) {
      AnswerPrinter printer = new AnswerPrinter(out(), Terminal.of(err()), json);
      PredictionClient client =
          new PredictionClient(to, samples, RequestSettings.from(site.settings()), printer);
      int status = WorkerRun.of(client, site, metrics, err());
      return status == ExitStatus.DONE ? told(client.summary(), printer) : status;
    }
  }

  private static int told(AnswerSummary summary, AnswerPrinter printer) {
    printer.end(summary);
    return summary.missing() == 0 && summary.duplicates() == 0
        ? ExitStatus.DONE
        : ExitStatus.FAILED;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
