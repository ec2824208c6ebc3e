package dev.tidemill.benchmarks.watching;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The dashboard, in a process of its own, while each topic of a model gets a thousand records a
 * second, and a page is open.
 */
public final class DashboardBenchmark {
  private static final int PER_SECOND = 1_000;
  private static final double SECONDS = 600;

  /** The first part, in which the page's histories fill and code is compiled. */
  private static final double WARM_UP = 0.2;

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern ADDRESS = Pattern.compile("dashboard: (http\\S+)");

  private final Service dashboard;
  private final PageVisitor visitor;

  private DashboardBenchmark(Service dashboard, PageVisitor visitor) {
    this.dashboard = dashboard;
    this.visitor = visitor;
  }

  public static void run(BenchContext context) throws Exception {
    double seconds = context.quick() ? 30 : SECONDS;
    try (Broker broker = Broker.start(context)) {
      ModelContext model =
          Broker.createModel(broker.bootstrapServers(), "watched", Broker.ONE_PARTITION, Map.of());
      List<String> arguments =
          List.of(
              "dashboard",
              "--bootstrap-server",
              broker.bootstrapServers(),
              "--model",
              model.model(),
              "--port",
              "0");
      Launch launch = context.java().launchSmallHeap("dashboard", List.of(), arguments);
      try (Service service = Service.start(launch, ADDRESS, LIMIT)) {
        String address = service.awaitLine(ADDRESS, LIMIT).group(1);
        try (PageVisitor visitor =
            new PageVisitor(address + "api/models/" + model.model() + "/", LIMIT)) {
          new DashboardBenchmark(service, visitor)
              .measure(context, new TopicLoad(model, PER_SECOND), seconds);
        }
      }
    }
  }

  private void measure(BenchContext context, TopicLoad load, double seconds) {
    double warmUp = seconds * WARM_UP;
    double measured = seconds - warmUp;
    context.say("warm-up: %.0f s".formatted(warmUp));
    Map<String, List<Double>> unused = visitor.during(stop -> load.run(warmUp, stop));
    long memory = ProcessMemory.of(dashboard.pid()).resident();
    Duration cpu = cpuTime();
    long began = System.nanoTime();
    context.say("measuring: %.0f s".formatted(measured));
    Map<String, List<Double>> millis = visitor.during(stop -> load.run(measured, stop));
    double elapsed = (System.nanoTime() - began) / 1e9;
    double share = 100 * cpuTime().minus(cpu).toMillis() / 1e3 / elapsed;
    ProcessMemory after = ProcessMemory.of(dashboard.pid());
    long peak = ProcessMemory.peak(dashboard.pid());
    awaitCounted(load);
    report(context.report(), load.sent(), share, List.of(memory, after.resident(), peak), millis);
    context
        .report()
        .note(
            "In %.0f s each topic got %,d records. At the end the page had counted all %,d"
                    .formatted(elapsed, load.sent() - (long) (warmUp * PER_SECOND), load.sent())
                + " predictions of the run, all open dead letters and all changes in the data. Its"
                + " newest version was the newest of %,d. It could read every record."
                    .formatted(load.newestVersion()));
  }

  /**
   * @param memory after the warm-up, at the end, and the peak
   */
  private static void report(
      Report report, long sent, double share, List<Long> memory, Map<String, List<Double>> millis) {
    Figure cpu = Figure.once(share, "%");
    List<Figure> sizes = memory.stream().map(ProcessMemory::megabytes).toList();
    Figure growth =
        Figure.once(
            Figure.quotient(sizes.get(1).median(), sizes.get(0).median(), "the dashboard"), "×");
    report
        .table(
            "%,d records on each of %d topics".formatted(sent, Topics.Name.values().length),
            "of a core | memory, after warm-up | memory, at the end | peak")
        .row(cpu, sizes);
    Report.Table parts = report.table("Answers", "request | answered in | 99th percentile");
    millis.forEach((part, times) -> parts.row(part, Figure.of(sorted(times), "ms"), p99(times)));
    Optional<Figure> worst =
        millis.values().stream()
            .map(DashboardBenchmark::p99)
            .max(Comparator.comparingDouble(Figure::median));
    report.atMost(100, "highest 99th percentile of one of the page's requests, ms", worst);
    report.atMost(15, "CPU time, % of a core", Optional.of(cpu));
    report.atMost(300, "peak memory of the process, MB", Optional.of(sizes.get(2)));
    report.atMost(1.1, "memory at the end ÷ after the warm-up", Optional.of(growth));
    report.note(
        "Each of the model's topics got %,d records a second from one process."
                .formatted(PER_SECOND)
            + " checkpoints got %,d versions a second, each of one small chunk, and again as many"
                .formatted(PER_SECOND / 2)
            + " manifests whose payload retention had removed. Once a second, a thread of its own sent"
            + " the %d requests of all tabs, one after the other, while a page's stream was open."
                .formatted(PageVisitor.requestsPerVisit())
            + " The first %.0f %% of".formatted(100 * WARM_UP)
            + " the time are the warm-up.");
  }

  private static Figure p99(List<Double> millis) {
    double[] sorted = sorted(millis);
    return Figure.once(sorted[(int) Math.ceil(0.99 * sorted.length) - 1], "ms");
  }

  private static double[] sorted(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  /** Waits until the page has counted all that was written. */
  private void awaitCounted(TopicLoad load) {
    long sent = load.sent();
    long ofEachKind = sent / ControlRecords.KINDS;
    String wanted = counted(sent, sent - ofEachKind, load.newestVersion(), ofEachKind);
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      JsonNode view = visitor.view();
      String found =
          counted(
              view.path("serving").path("total").asLong(),
              view.path("openLetters").asLong(),
              view.path("newestVersion").asLong(),
              view.path("driftsRevision").asLong());
      if (found.equals(wanted)) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new BenchmarkException("the page counted " + found + ", not " + wanted);
      }
    }
  }

  private static String counted(long predictions, long letters, long newest, long drifts) {
    return "%,d predictions, %,d open dead letters, version %,d, %,d changes in the data"
        .formatted(predictions, letters, newest, drifts);
  }

  private Duration cpuTime() {
    return ProcessHandle.of(dashboard.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElseThrow(() -> new BenchmarkException("the dashboard's CPU time is unknown"));
  }
}
