package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.option.MetricsOptions;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.cli.run.WorkerRun;
import dev.tidemill.dashboard.Dashboard;
import dev.tidemill.dashboard.DashboardSettings;
import dev.tidemill.messaging.ProtocolSettings;
import dev.tidemill.runtime.Metrics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
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
    name = "dashboard",
    mixinStandardHelpOptions = true,
    header = "Serve a page that shows the models live, and steers them.",
    description = {
      "Reads the models' topics and groups, and nothing else. It can be stopped and started at any"
          + " time: it fills its charts from the log. Without --token-file the page is read-only."
          + " With --metrics-port, Prometheus can scrape what the page shows.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tidemill dashboard",
      "  tidemill dashboard --models digits,table --port 8090 --token-file ~/.tidemill-token",
      "  tidemill dashboard --metrics-port 9400"
    })
final class DashboardCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private MetricsOptions metricsOptions = new MetricsOptions();

  @Option(
      names = "--models",
      paramLabel = "NAME",
      split = ",",
      description = "the models to show (default: all that have topics with the prefix)")
  private List<String> models = List.of();

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "port of the page; 0 picks a free one (default: 8080)")
  private @Nullable Integer port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "address that the page listens on (default: 127.0.0.1)")
  private @Nullable String host;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "file with the token that the page asks for before it sends a command")
  private @Nullable Path tokenFile;

  @Override
  public Integer call() throws Exception {
    ModelContext context = ModelContext.of(given());
    DashboardSettings settings = DashboardSettings.from(context.settings());
    ProtocolSettings protocol = ProtocolSettings.from(context.settings());
    PrintWriter err = spec.commandLine().getErr();
    List<String> shown = ShownModels.of(spec, context, models);
    try (Metrics metrics = new Metrics(context.model())) {
      Dashboard dashboard =
          new Dashboard(
              settings,
              shown,
              context.clients(),
              context.codec(),
              protocol::topics,
              metrics,
              Clock.systemUTC());
      err.println("dashboard: " + dashboard.address());
      err.println(
          "dashboard: shows "
              + String.join(", ", shown)
              + (settings.token().isPresent() ? "" : "; read-only (no --token-file)"));
      err.flush();
      return WorkerRun.run(dashboard, Optional.empty(), context, metrics, err);
    }
  }

  private Map<String, String> given() {
    Map<String, String> given = connection.settings();
    if (port != null) {
      given.put(DashboardSettings.PORT, Integer.toString(port));
    }
    if (host != null) {
      given.put(DashboardSettings.HOST, host);
    }
    if (tokenFile != null) {
      given.put(DashboardSettings.TOKEN_FILE, tokenFile.toString());
    }
    metricsOptions.addTo(given);
    return given;
  }
}
