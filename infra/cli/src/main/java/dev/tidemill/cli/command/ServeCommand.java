package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.option.EngineOption;
import dev.tidemill.cli.option.MetricsOptions;
import dev.tidemill.cli.run.Announced;
import dev.tidemill.cli.run.EngineSettings;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.cli.run.WorkerRun;
import dev.tidemill.engine.Engine;
import dev.tidemill.inference.InferenceSettings;
import dev.tidemill.inference.InferenceWorker;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.WorkerRole;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    header = "Serve predictions with the newest version, and load new ones while serving.",
    description = {
      "The worker is ready when it has loaded a version; before that it reads no requests. You can"
          + " run as many workers as the requests topic has partitions. Ctrl-C stops it.",
      ""
    })
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private MetricsOptions metricsOptions = new MetricsOptions();
  @Mixin private EngineOption engine = new EngineOption();

  private static void requireTopics(InferenceWorker worker) {
    try {
      worker.requireTopics();
    } catch (RuntimeException e) {
      worker.close();
      throw e;
    }
  }

  @Override
  public Integer call() throws Exception {
    Map<String, String> given = connection.settings();
    metricsOptions.addTo(given);
    engine.addTo(given);
    ModelContext context = ModelContext.of(given);
    // Before the broker is asked, because the engine loads its libraries in the background.
    Engine computes = EngineSettings.engine(context.settings());
    try (Metrics metrics = new Metrics(context.model())) {
      InferenceWorker worker =
          InferenceWorker.of(
              InferenceSettings.from(context.model(), context.settings()),
              computes,
              context.clients(),
              context.codec(),
              context.topics(),
              metrics,
              Clock.systemUTC());
      requireTopics(worker);
      Announced announced =
          new Announced(
              WorkerRole.INFERENCE, () -> worker.servingVersion().orElse(0), worker::commitFigures);
      return WorkerRun.run(
          worker, Optional.of(announced), context, metrics, spec.commandLine().getErr());
    }
  }
}
