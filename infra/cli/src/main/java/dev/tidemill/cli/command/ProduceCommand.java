package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.option.DataOptions;
import dev.tidemill.cli.option.MetricsOptions;
import dev.tidemill.cli.option.RateConverter;
import dev.tidemill.cli.output.SendingProgress;
import dev.tidemill.cli.output.SendingProgress.Rerun;
import dev.tidemill.cli.output.Terminal;
import dev.tidemill.cli.run.Announced;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.cli.run.WorkerRun;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.BatchProducer;
import dev.tidemill.producer.ContractSettings;
import dev.tidemill.producer.DataSettings;
import dev.tidemill.producer.SendProgress;
import dev.tidemill.producer.SendSettings;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.WorkerRole;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "produce",
    mixinStandardHelpOptions = true,
    header = "Read samples from a source and publish them as training batches.",
    description = {
      "Sends each sample of a finite source exactly once. If it is stopped or killed, run the same"
          + " command again: it continues after the last committed sample.",
      "",
      "A sample counts as sent when the brokers have committed it. Exits with status 1 if it"
          + " skipped a malformed sample, did not commit one that it read, or did not reach the end"
          + " of a finite source.",
      "",
      "The first data of a model determines its data contract: features by name, how they are"
          + " scaled, and the numbers of its classes. Later data conforms to it, whatever the order"
          + " of its columns. See tidemill contract.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tidemill produce --model digits --data digits --rate 5000",
      "  tidemill produce --model mnist --data mnist --shuffle",
      "  tidemill produce --model table --data csv:table.csv --label class",
      "  tidemill produce --model prose --data text:book.txt --window 64 --shuffle",
      "  my-program | tidemill produce --model live --data jsonl:-"
    })
final class ProduceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private DataOptions data = new DataOptions();
  @Mixin private MetricsOptions metricsOptions = new MetricsOptions();

  @Option(names = "--data", paramLabel = "SOURCE", required = true, description = "${sources}")
  private String source = "";

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "samples per record; independent of the trainer's batch size (default: 32)")
  private @Nullable Integer batchSize;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "passes over a finite source (default: 1)")
  private @Nullable Long epochs;

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      converter = RateConverter.class,
      description = "maximum samples per second (default: as fast as possible)")
  private @Nullable Double rate;

  @Option(
      names = "--source-name",
      paramLabel = "NAME",
      description = "the name under which the position is kept (default: the source)")
  private @Nullable String sourceName;

  @Option(
      names = "--contract",
      paramLabel = "FILE",
      description = "the data contract of a model that has none yet (default: from the data)")
  private @Nullable String contract;

  @Option(
      names = "--new-classes",
      paramLabel = "WHAT",
      description = "classes that the contract lacks: append or refuse (default: refuse)")
  private @Nullable String newClasses;

  @Override
  public Integer call() throws Exception {
    ModelContext context = ModelContext.of(given());
    try (Metrics metrics = new Metrics(context.model());
        SampleSource samples =
            DataSettings.from(context.settings(), SourceOptions.FOR_TRAINING).open(System.in)) {
      context.require(TopicRole.PRODUCER);
      SendSettings settings = SendSettings.from(context.settings());
      SendingProgress progress = new SendingProgress(Terminal.of(err()));
      BatchProducer producer =
          new BatchProducer(
              context.destination(),
              samples,
              settings,
              ContractSettings.from(context.settings()),
              progress,
              metrics);
      int status =
          WorkerRun.run(
              producer,
              Optional.of(new Announced(WorkerRole.PRODUCER, () -> 0, Map::of)),
              context,
              metrics,
              err(),
              settings.closeTimeout());
      SendProgress reached = producer.progress();
      boolean refused = producer.health().cause() instanceof UnusableSourceException;
      if (!refused || reached.taken() > 0) {
        progress.end(samples.description().key(), reached, rerun(producer, samples));
      }
      return status == ExitStatus.DONE && !reached.isComplete() ? ExitStatus.FAILED : status;
    }
  }

  private static Rerun rerun(BatchProducer producer, SampleSource samples) {
    if (producer.resumes()) {
      return Rerun.CONTINUES;
    }
    return samples.description().repeatable() ? Rerun.BEGINS : Rerun.READS_ON;
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private Map<String, String> given() {
    Map<String, String> given = connection.settings();
    metricsOptions.addTo(given);
    given.put(DataSettings.SOURCE, source);
    data.addTo(given);
    if (epochs != null) {
      given.put(DataSettings.EPOCHS, Long.toString(epochs));
    }
    if (sourceName != null) {
      given.put(DataSettings.NAME, sourceName);
    }
    if (contract != null) {
      given.put(ContractSettings.FILE, contract);
    }
    if (newClasses != null) {
      given.put(ContractSettings.NEW_CLASSES, newClasses);
    }
    if (batchSize != null) {
      given.put(SendSettings.BATCH_SAMPLES, Integer.toString(batchSize));
    }
    if (rate != null) {
      given.put(SendSettings.RATE, Double.toString(rate));
    }
    return given;
  }
}
