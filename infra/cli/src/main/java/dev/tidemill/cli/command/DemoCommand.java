package dev.tidemill.cli.command;

import dev.tidemill.cli.demo.Demo;
import dev.tidemill.cli.demo.DemoPlan;
import dev.tidemill.cli.demo.DemoReport;
import dev.tidemill.cli.option.EngineOption;
import dev.tidemill.cli.option.SettingsOptions;
import dev.tidemill.cli.option.SpecOptions;
import dev.tidemill.cli.output.ByteText;
import dev.tidemill.cli.output.Terminal;
import dev.tidemill.cli.run.Browser;
import dev.tidemill.cli.run.EngineSettings;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.Folders;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.cli.run.ModelSettings;
import dev.tidemill.cli.run.Shutdown;
import dev.tidemill.dashboard.Dashboard;
import dev.tidemill.dashboard.DashboardSettings;
import dev.tidemill.engine.Network;
import dev.tidemill.inference.InferenceSettings;
import dev.tidemill.local.EmbeddedBroker;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.producer.DataSettings;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.producer.source.TrainTest;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.MetricsServer;
import dev.tidemill.runtime.Settings;
import dev.tidemill.trainer.TrainerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    header = "Run everything in one process: broker, producer, trainer, server and client.",
    description = {
      "Sends the training samples, trains on them while it serves requests, then sends each test"
          + " sample once to the last version. The report comes from the topics' committed records."
          + " Afterwards the demo keeps serving until Ctrl-C, or exits with --exit-when-done. The"
          + " default batch size is 32.",
      ""
    })
final class DemoCommand implements Callable<Integer> {
  private static final double REQUESTS_PER_SECOND = 200;
  private static final long MIN_REQUESTS = 500;

  /** Fewer, larger transactions: the broker shares the processor with training. */
  private static final int QUEUE_DELAY_MS = 10;

  /** The demo trains on few samples; small batches give it more steps. */
  private static final int BATCH_SIZE = 32;

  /** The workers close first, then the broker. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  @Spec private CommandSpec spec;
  @Mixin private SpecOptions specOptions = new SpecOptions();
  @Mixin private EngineOption engine = new EngineOption();
  @Mixin private DriftOption drift = new DriftOption();
  @Mixin private SettingsOptions settingsOptions = new SettingsOptions();

  @Option(
      names = "--data",
      paramLabel = "SOURCE",
      description = "${sources} (default: digits, waves or sentences, to match the network)")
  private @Nullable String data;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "passes over the training samples (default: depends on the data)")
  private @Nullable Integer epochs;

  @Option(
      names = "--train-samples",
      paramLabel = "N",
      description = "samples to train on (default: depends on the data)")
  private @Nullable Long trainSamples;

  @Option(
      names = "--test-samples",
      paramLabel = "N",
      defaultValue = "2000",
      description = "samples to predict at the end (default: ${DEFAULT-VALUE})")
  private long testSamples;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "port of the dashboard (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(names = "--headless", description = "no dashboard, and no metrics")
  private boolean headless;

  @Option(names = "--open", description = "open the dashboard in the browser")
  private boolean open;

  @Option(
      names = "--exit-when-done",
      description = "exit after the report (default: keep serving until Ctrl-C)")
  private boolean exitWhenDone;

  @Option(
      names = "--report",
      paramLabel = "FILE.json",
      description = "also write the report to this file")
  private @Nullable Path report;

  @Override
  public Integer call() throws Exception {
    // The view shows what the workers would log line by line.
    System.setProperty("org.slf4j.simpleLogger.log.dev.tidemill", "warn");
    // These loggers warn of a busy broker, and of batches out of order, which producers send again.
    // Neither is a fault. The producer and the report show records that are really lost.
    List.of("org.apache.kafka.controller.EventPerformanceMonitor", "kafka.server.ReplicaManager")
        .forEach(busy -> System.setProperty("org.slf4j.simpleLogger.log." + busy, "off"));
    specOptions.defaultBatchSize(BATCH_SIZE);
    Network network = Network.of(specOptions.modelSpec());
    drift.check(network, data != null);
    DemoData defaults = drift.data(DemoData.defaultFor(network));
    DemoData chosen =
        new DemoData(
            data == null ? defaults.source() : data,
            trainSamples == null ? defaults.trainSamples() : trainSamples,
            epochs == null ? defaults.epochs() : epochs);
    rejectEmptyRun(chosen);
    drift.checkReached(chosen.trainSamples());
    Map<String, String> given = given(chosen, network);
    // Fails on wrong data or settings before the broker starts.
    Settings unconnected = context(given, "127.0.0.1:1").settings();
    DemoPlan plan =
        new DemoPlan(
            specOptions.template(),
            EngineSettings.engine(unconnected),
            REQUESTS_PER_SECOND,
            MIN_REQUESTS,
            NextByteModel.isNextByte(network) ? network.inputLength() : 0);
    DataSettings source = DataSettings.from(unconnected, SourceOptions.FOR_TRAINING);
    try (Shutdown shutdown = Shutdown.hook(CLOSE_TIMEOUT);
        TrainTest samples =
            source
                .sources(System.in)
                .split(
                    source.spec(),
                    source.options(),
                    source.order(),
                    chosen.trainSamples(),
                    testSamples)) {
      return onBroker(plan, samples, network, given, shutdown);
    }
  }

  /** The demo's training run and its test must be bounded and not empty. */
  private void rejectEmptyRun(DemoData chosen) {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("--epochs", (long) chosen.epochs());
    counts.put("--train-samples", chosen.trainSamples());
    counts.put("--test-samples", testSamples);
    List<String> faults =
        counts.entrySet().stream()
            .filter(count -> count.getValue() < 1)
            .map(count -> count.getKey() + " must be at least 1, not " + count.getValue())
            .toList();
    if (!faults.isEmpty()) {
      throw new InvalidSettingsException(faults);
    }
  }

  private int onBroker(
      DemoPlan plan,
      TrainTest samples,
      Network network,
      Map<String, String> given,
      Shutdown shutdown)
      throws Exception {
    Path log = Folders.temporary("tidemill-demo-");
    Terminal terminal = Terminal.of(spec.commandLine().getErr());
    try (EmbeddedBroker broker = EmbeddedBroker.start(log, 0)) {
      ModelContext context = context(given, broker.bootstrapServers());
      terminal.line("demo: broker at " + broker.bootstrapServers());
      try (TopicAdmin admin = context.openAdmin()) {
        admin.create(context.topics(), TopicPlan.standard());
      }
      try (Metrics metrics = new Metrics(context.model())) {
        context.clients().exportTo(metrics.worker("tidemill-demo"));
        Optional<Dashboard> page =
            headless ? Optional.empty() : Optional.of(dashboard(context, metrics, terminal));
        try {
          return run(
              plan, samples, network, context, metrics, terminal, shutdown, broker::requireRunning);
        } finally {
          page.ifPresent(Dashboard::close);
        }
      }
    } finally {
      Folders.delete(log);
    }
  }

  private int run(
      DemoPlan plan,
      TrainTest samples,
      Network network,
      ModelContext context,
      Metrics metrics,
      Terminal terminal,
      Shutdown shutdown,
      Runnable requireBroker)
      throws Exception {
    try (Demo demo =
        new Demo(
            plan,
            drift.samples(samples, network),
            context,
            metrics,
            terminal,
            shutdown,
            requireBroker)) {
      Optional<MetricsServer> server =
          MetricsServer.start(context.settings(), metrics, demo::workers);
      server.ifPresent(
          s -> terminal.line("demo: metrics at http://127.0.0.1:" + s.port() + "/metrics"));
      try {
        if (!demo.run(server)) {
          // A demo that the user stops early has not failed.
          return shutdown.requested() ? ExitStatus.DONE : ExitStatus.FAILED;
        }
        boolean succeeded = printReport(context);
        printWritten(demo.written());
        if (!exitWhenDone) {
          terminal.line("demo: still serving; press Ctrl-C to stop");
          demo.serveUntilShutdown();
        }
        return succeeded ? ExitStatus.DONE : ExitStatus.FAILED;
      } finally {
        server.ifPresent(MetricsServer::close);
      }
    }
  }

  /** Opens the page before anything else happens, so that it shows all of it. */
  private Dashboard dashboard(ModelContext context, Metrics metrics, Terminal terminal) {
    Dashboard dashboard =
        new Dashboard(
            DashboardSettings.from(context.settings()),
            List.of(context.model()),
            context.clients(),
            context.codec(),
            model -> context.topics(),
            metrics,
            Clock.systemUTC());
    terminal.line("demo: dashboard at " + dashboard.address());
    dashboard.start();
    if (open) {
      Browser.open(dashboard.address(), terminal::line);
    }
    return dashboard;
  }

  private boolean printReport(ModelContext context) throws IOException {
    DemoReport summary = DemoReport.read(context);
    spec.commandLine().getOut().print(summary.text());
    spec.commandLine().getOut().flush();
    if (report != null) {
      Files.writeString(report, summary.row().toJson() + "\n");
    }
    return summary.succeeded();
  }

  /** Prints the generated text; leaves out a last line that may be cut off. */
  private void printWritten(byte[] written) {
    String text = ByteText.of(written);
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    int whole = text.endsWith("\n") || lines.size() == 1 ? lines.size() : lines.size() - 1;
    for (int i = 0; i < whole; i++) {
      spec.commandLine().getOut().println((i == 0 ? "writes    " : "          ") + lines.get(i));
    }
    spec.commandLine().getOut().flush();
  }

  private static ModelContext context(Map<String, String> given, String bootstrapServers) {
    Map<String, String> all = new TreeMap<>(given);
    all.put("bootstrap.servers", bootstrapServers);
    return ModelContext.of(all);
  }

  private Map<String, String> given(DemoData chosen, Network network) {
    Map<String, String> given = settingsOptions.settings();
    engine.addTo(given);
    given.putIfAbsent(ModelSettings.MODEL, "demo");
    given.put(DataSettings.SOURCE, chosen.source());
    given.put(TrainerSettings.EPOCHS, Integer.toString(chosen.epochs()));
    if (epochs == null) {
      drift.addTo(given);
    }
    if (SourceSpec.hasWindows(chosen.source())) {
      int places = network.spec().input().shape().get(0);
      given.putIfAbsent(DataSettings.WINDOW, Integer.toString(places));
    }
    given.putIfAbsent(TrainerSettings.CHECKPOINT_INTERVAL_SAMPLES, "4096");
    given.putIfAbsent(TrainerSettings.PROGRESS_INTERVAL, "1000");
    given.putIfAbsent(InferenceSettings.MAX_QUEUE_DELAY, Integer.toString(QUEUE_DELAY_MS));
    if (!headless) {
      given.putIfAbsent(DashboardSettings.PORT, Integer.toString(port));
      given.putIfAbsent(MetricsServer.PORT, "0");
    }
    return given;
  }
}
