package dev.tidemill.benchmarks.watching;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

  /** What the page's tabs ask for, behind the model's path; the last one of the newest version. */
  private static final List<String> PARTS =
      List.of(
          "view",
          "training",
          "serving",
          "figures",
          "freshness",
          "versions",
          "recent",
          "features",
          "labels",
          "letters",
          "pending/batches",
          "pending/requests",
          "commands",
          "drifts",
          "versions/");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Service dashboard;
  private final String model;
  private final Map<String, List<Double>> millis = new LinkedHashMap<>();

  private DashboardBenchmark(Service dashboard, String address, String model) {
    this.dashboard = dashboard;
    this.model = address + "api/models/" + model + "/";
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
        new DashboardBenchmark(service, address, model.model())
            .measure(context, new TopicLoad(model, PER_SECOND), seconds);
      }
    }
  }

  private void measure(BenchContext context, TopicLoad load, double seconds) throws Exception {
    CompletableFuture<HttpResponse<Void>> page = openStream();
    context.say("warm-up: %.0f s".formatted(seconds * WARM_UP));
    load.run(seconds * WARM_UP, this::ask);
    millis.clear();
    long memory = ProcessMemory.of(dashboard.pid()).resident();
    Duration cpu = cpuTime();
    long began = System.nanoTime();
    context.say("measuring: %.0f s".formatted(seconds * (1 - WARM_UP)));
    load.run(seconds * (1 - WARM_UP), this::ask);
    double elapsed = (System.nanoTime() - began) / 1e9;
    double share = 100 * cpuTime().minus(cpu).toMillis() / 1e3 / elapsed;
    ProcessMemory after = ProcessMemory.of(dashboard.pid());
    long peak = ProcessMemory.peak(dashboard.pid());
    awaitShown(load);
    if (page.isDone()) {
      throw new BenchmarkException("the dashboard closed the page's stream");
    }
    report(context.report(), load.sent(), share, List.of(memory, after.resident(), peak));
    context
        .report()
        .note(
            "The page showed all %,d predictions, the newest of %,d versions, all changes in the"
                    .formatted(load.sent(), load.newestVersion())
                + " data, and no fault in reading.");
  }

  /**
   * @param memory after the warm-up, at the end, and the peak
   */
  private void report(Report report, long sent, double share, List<Long> memory) {
    Figure p99 = p99(millis.values().stream().flatMap(List::stream));
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
    millis.forEach(
        (part, times) ->
            parts.row(
                part,
                Figure.of(times.stream().mapToDouble(Double::doubleValue).toArray(), "ms"),
                p99(times.stream())));
    report.atMost(100, "the page's requests, 99th percentile, ms", Optional.of(p99));
    report.atMost(15, "CPU time, % of a core", Optional.of(cpu));
    report.atMost(300, "peak memory of the process, MB", Optional.of(sizes.get(2)));
    report.atMost(1.1, "memory at the end ÷ after the warm-up", Optional.of(growth));
    report.note(
        "Each of the model's topics got %,d records a second from one process."
                .formatted(PER_SECOND)
            + " checkpoints got %,d versions a second, each of one small chunk, and again as many"
                .formatted(PER_SECOND / 2)
            + " manifests whose payload retention had removed. Once a second, the parts of all tabs"
            + " were asked for, %d requests, while a page's stream was open. The first %.0f %% of"
                .formatted(PARTS.size(), 100 * WARM_UP)
            + " the time are the warm-up.");
  }

  private static Figure p99(Stream<Double> millis) {
    double[] sorted = millis.mapToDouble(Double::doubleValue).sorted().toArray();
    return Figure.once(sorted[(int) Math.ceil(0.99 * sorted.length) - 1], "ms");
  }

  /** Opens the stream of a page, and reads it until the process ends. */
  private CompletableFuture<HttpResponse<Void>> openStream() {
    HttpRequest stream =
        HttpRequest.newBuilder(URI.create(model + "stream"))
            .header("Accept", "text/event-stream")
            .build();
    return http.sendAsync(stream, HttpResponse.BodyHandlers.discarding());
  }

  /** Asks for what all tabs together ask for, once. */
  private void ask() {
    String newest = read("view").path("newestVersion").asText();
    for (String part : PARTS) {
      long began = System.nanoTime();
      String unused = get(part.endsWith("/") ? part + newest : part);
      millis
          .computeIfAbsent(part, first -> new ArrayList<>())
          .add((System.nanoTime() - began) / 1e6);
    }
  }

  private String get(String part) {
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create(model + part)).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new BenchmarkException(part + " was answered with " + response.statusCode());
      }
      return response.body();
    } catch (IOException e) {
      throw new BenchmarkException("the dashboard does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted", e);
    }
  }

  private JsonNode read(String part) {
    try {
      return JSON.readTree(get(part));
    } catch (JsonProcessingException e) {
      throw new BenchmarkException(part + " is not JSON", e);
    }
  }

  /** Waits until the page shows all that was written. */
  private void awaitShown(TopicLoad load) {
    String wanted = shown(load.sent(), load.newestVersion(), load.sent() / ControlRecords.KINDS, 0);
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      JsonNode view = read("view");
      String found =
          shown(
              view.path("serving").path("total").asLong(),
              view.path("newestVersion").asLong(),
              view.path("driftsRevision").asLong(),
              view.path("unreadable").asLong());
      if (found.equals(wanted)) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new BenchmarkException("the page shows " + found + ", not " + wanted);
      }
    }
  }

  private static String shown(long predictions, long newest, long drifts, long unreadable) {
    return "%,d predictions, version %,d, %,d changes in the data, %,d unreadable records"
        .formatted(predictions, newest, drifts, unreadable);
  }

  private Duration cpuTime() {
    return ProcessHandle.of(dashboard.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElseThrow(() -> new BenchmarkException("the dashboard's CPU time is unknown"));
  }
}
