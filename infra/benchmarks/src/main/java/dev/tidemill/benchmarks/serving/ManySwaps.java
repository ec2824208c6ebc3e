package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.benchmarks.SizedNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A worker's memory after many swaps: versions are published as fast as possible until the worker's
 * own metric counts enough swaps.
 */
final class ManySwaps {
  private static final Pattern METRICS_PORT = Pattern.compile("metrics: port (\\d+)");
  private static final Pattern SWAPS =
      Pattern.compile("(?m)^tidemill_version_swaps_total(?:\\{[^}]*})? (\\S+)$");
  private static final Pattern COLLECTED = Pattern.compile("^Command executed successfully");
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(4);
  private static final int AT_ONCE = 100;

  private ManySwaps() {}

  /**
   * Memory after some swaps.
   *
   * @param wanted swaps
   * @param swaps that happened, fewer if the time was up
   * @param collected after a full garbage collection, so that the rest is in use
   */
  record Reading(long wanted, long swaps, ProcessMemory plain, ProcessMemory collected) {}

  static void measure(BenchContext context, Broker broker) throws Exception {
    List<Reading> readings = new ArrayList<>();
    try (SwapStage stage =
        SwapStage.start(context, broker, "many-swaps", SizedNetwork.TINY, "metrics.port=0")) {
      String port = stage.worker().awaitLine(METRICS_PORT, ServedModel.START_LIMIT).group(1);
      URI metrics = URI.create("http://127.0.0.1:" + port + "/metrics");
      for (long swaps : context.quick() ? new long[] {100, 500} : new long[] {1_000, 10_000}) {
        context.say("until " + swaps + " swaps");
        long end = System.nanoTime() + LIMIT_NANOS;
        while (swaps(metrics) < swaps && System.nanoTime() < end) {
          var unused = stage.publisher().run(new VersionPublisher.Order(AT_ONCE, 0));
        }
        readings.add(reading(stage.worker().pid(), swaps, swaps(metrics)));
      }
    }
    addTo(context.report(), readings);
  }

  private static long swaps(URI metrics) throws IOException {
    try (InputStream body = metrics.toURL().openStream()) {
      return parse(new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** The number of swaps in the text of a worker's metrics. */
  static long parse(String metrics) {
    Matcher matcher = SWAPS.matcher(metrics);
    if (!matcher.find()) {
      throw new BenchmarkException("the worker's metrics lack tidemill_version_swaps_total");
    }
    return (long) Double.parseDouble(matcher.group(1));
  }

  private static Reading reading(long pid, long wanted, long swaps) throws InterruptedException {
    ProcessMemory plain = ProcessMemory.of(pid);
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    List<String> command = List.of(jcmd.toString(), Long.toString(pid), "GC.run");
    Service.start(new Launch("jcmd", command, Map.of()), COLLECTED, ServedModel.START_LIMIT)
        .close();
    return new Reading(wanted, swaps, plain, ProcessMemory.of(pid));
  }

  /** Adds a table and a target, which is not run if there were fewer swaps than wanted. */
  static void addTo(Report report, List<Reading> readings) {
    Report.Table table =
        report.table(
            "A worker's memory after swaps, resident",
            "swaps | as it is | after a full collection");
    for (Reading reading : readings) {
      table.row(
          "%,d".formatted(reading.swaps()),
          ProcessMemory.megabytes(reading.plain().resident()),
          ProcessMemory.megabytes(reading.collected().resident()));
    }
    Reading begin = readings.get(0);
    Reading end = readings.get(1);
    Figure growth =
        Figure.once((double) end.collected().resident() / begin.collected().resident(), "×");
    List<Reading> incomplete = readings.stream().filter(r -> r.swaps() < r.wanted()).toList();
    report.atMost(
        1.05,
        "resident memory after %,d swaps ÷ after %,d, garbage collected"
            .formatted(end.wanted(), begin.wanted()),
        Optional.of(growth).filter(figure -> incomplete.isEmpty()));
    incomplete.forEach(
        r -> report.note("Time was up after %,d of %,d swaps.".formatted(r.swaps(), r.wanted())));
    report.note(
        "Versions are published as fast as possible. The worker counts its swaps, and skips"
            + " versions that are no longer the newest.");
  }
}
