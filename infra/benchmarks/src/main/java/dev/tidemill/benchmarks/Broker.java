package dev.tidemill.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** A Kafka broker, {@code tidemill broker}, as a process of its own on a free port. */
public final class Broker implements AutoCloseable {
  /**
   * Left to itself its heap stays small, and under load is collected each second, for some 20 ms on
   * both of two processors: which would be everybody's 99th percentile.
   */
  private static final List<String> HEAP = List.of("-Xms1g", "-Xmx1g", "-Xmn700m");

  private static final Pattern ADDRESS = Pattern.compile("^bootstrap\\.servers=(\\S+)$");
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Service service;
  private final String bootstrapServers;

  private Broker(Service service, String bootstrapServers) {
    this.service = service;
    this.bootstrapServers = bootstrapServers;
  }

  /** Starts one and waits until it listens; its log lies in a folder of the benchmark. */
  public static Broker start(BenchContext context) throws InterruptedException {
    Service service =
        Service.start(
            context
                .java()
                .launch(
                    "broker",
                    HEAP,
                    "dev.tidemill.cli.Tidemill",
                    List.of(
                        "broker",
                        "--port",
                        "0",
                        "--data-dir",
                        context.folder("broker-").toString())));
    try {
      return new Broker(service, service.awaitLine(ADDRESS, START_LIMIT).group(1));
    } catch (BenchmarkException | InterruptedException e) {
      service.close();
      throw e;
    }
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() {
    service.close();
  }
}
