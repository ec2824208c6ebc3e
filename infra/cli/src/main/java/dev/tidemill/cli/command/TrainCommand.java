package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.option.EngineOption;
import dev.tidemill.cli.option.MetricsOptions;
import dev.tidemill.cli.option.SpecOptions;
import dev.tidemill.cli.output.Amount;
import dev.tidemill.cli.output.Terminal;
import dev.tidemill.cli.output.TrainingPrinter;
import dev.tidemill.cli.run.Announced;
import dev.tidemill.cli.run.EngineSettings;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.cli.run.WorkerRun;
import dev.tidemill.engine.SpecTemplate;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.ResidentMemory;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.trainer.TrainerJob;
import dev.tidemill.trainer.TrainerSettings;
import dev.tidemill.trainer.TrainerWorker;
import java.nio.file.Path;
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
    name = "train",
    mixinStandardHelpOptions = true,
    header = "Train a model from its batches and publish checkpoints.",
    description = {
      "Without --epochs the run is endless: it trains each record once, as it arrives. With"
          + " --epochs N the run is bounded: it reads the records that are in the log now N times."
          + " A restarted trainer continues at the exact sample. You can run several trainers of"
          + " one model: one leads, the others stand by.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tidemill train --model digits --spec lenet",
      "  tidemill train --model digits --spec lenet --epochs 6 --exit-at-end",
      "  tidemill train --model table --spec mlp --input-shape 64 --optimizer adam",
      "",
      "Steer a running trainer:",
      "  tidemill train pause --model digits",
      "  tidemill train learning-rate 0.5 --model digits"
    },
    subcommands = {
      TrainPauseCommand.class,
      TrainResumeCommand.class,
      TrainCheckpointNowCommand.class,
      TrainLearningRateCommand.class
    })
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private SpecOptions specOptions = new SpecOptions();
  @Mixin private EngineOption engine = new EngineOption();
  @Mixin private MetricsOptions metricsOptions = new MetricsOptions();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "read the records that are in the log now N times, then end (default: endless)")
  private @Nullable Integer epochs;

  @Option(
      names = "--exit-at-end",
      description = "end after the records that are in the log now, with a last checkpoint")
  private boolean exitAtEnd;

  @Option(
      names = "--accept-gap",
      description =
          "start after records that retention deleted before they were trained; the next version"
              + " records the gap")
  private boolean acceptGap;

  @Option(
      names = "--init",
      paramLabel = "FILE.safetensors",
      description = "initial weights, for a model without versions")
  private @Nullable Path init;

  @Option(
      names = "--checkpoint-interval-samples",
      paramLabel = "N",
      description = "publish a version every N samples (default: 8192)")
  private @Nullable Long checkpointSamples;

  @Override
  public Integer call() throws Exception {
    SpecTemplate template = specOptions.template();
    ModelContext context = ModelContext.of(given());
    TrainerJob job =
        new TrainerJob(
            template, EngineSettings.engine(context.settings()), Optional.ofNullable(init));
    context.require(TopicRole.TRAINER);
    Terminal terminal = Terminal.of(spec.commandLine().getErr());
    try (Metrics metrics = new Metrics(context.model())) {
      TrainerWorker trainer =
          new TrainerWorker(
              TrainerSettings.from(context.model(), context.settings()),
              context.clients(),
              context.topics(),
              context.codec(),
              job,
              metrics,
              new TrainingPrinter(terminal, spec.commandLine().getOut()));
      Announced announced = new Announced(WorkerRole.TRAINER, trainer::committedVersion, Map::of);
      int status =
          WorkerRun.run(
              trainer, Optional.of(announced), context, metrics, spec.commandLine().getErr());
      if (status == ExitStatus.DONE) {
        ResidentMemory.peakBytes()
            .ifPresent(bytes -> terminal.line("train: peak memory " + Amount.ofBytes(bytes)));
      }
      return status;
    }
  }

  private Map<String, String> given() {
    Map<String, String> given = connection.settings();
    metricsOptions.addTo(given);
    engine.addTo(given);
    if (epochs != null) {
      given.put(TrainerSettings.EPOCHS, Integer.toString(epochs));
    }
    if (exitAtEnd) {
      given.put(TrainerSettings.EXIT_AT_END, "true");
    }
    if (acceptGap) {
      given.put(TrainerSettings.ACCEPT_GAP, "true");
    }
    if (checkpointSamples != null) {
      given.put(TrainerSettings.CHECKPOINT_INTERVAL_SAMPLES, Long.toString(checkpointSamples));
    }
    return given;
  }
}
