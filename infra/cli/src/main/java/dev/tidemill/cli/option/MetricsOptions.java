package dev.tidemill.cli.option;

import dev.tidemill.runtime.MetricsServer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The port of a worker's health and metrics endpoint. */
public final class MetricsOptions {
  @Option(
      names = "--metrics-port",
      paramLabel = "N",
      description =
          "port of /metrics, /health/live and /health/ready; 0 picks a free one (default: none)")
  private @Nullable Integer port;

  public void addTo(Map<String, String> given) {
    if (port != null) {
      given.put(MetricsServer.PORT, Integer.toString(port));
    }
  }
}
