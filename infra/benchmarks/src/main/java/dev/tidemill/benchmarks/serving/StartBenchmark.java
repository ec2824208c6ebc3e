package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.inference.ProcessingGuarantee;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * From the start of a process to its first answer, and its memory: Tidemill's worker, with many
 * versions on the log, and the Python loop, in turn.
 */
final class StartBenchmark {
  private static final int KEEP = 10;
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final double LOAD_PER_SECOND = 1_000;

  private StartBenchmark() {}

  /** One start, and the memory after it. */
  private record Start(double seconds, ProcessMemory atRest, ProcessMemory underLoad) {}

  static void run(BenchContext context, Report report) throws Exception {
    try (Broker broker = Broker.start(context)) {
      measureStarts(context, broker.bootstrapServers(), report);
      ManySwaps.measure(context, broker, report);
    }
  }

  private static void measureStarts(BenchContext context, String bootstrapServers, Report report)
      throws Exception {
    int checkpoints = context.quick() ? 200 : 1_000;
    int rounds = context.quick() ? 2 : context.rounds(5);
    Optional<String> missingPython = Contender.missingPython(context);
    ServedModel model = ServedModel.create("start", bootstrapServers);
    ServedModel python = ServedModel.create("start-python", bootstrapServers);
    publish(context, model, checkpoints);
    List<Start> ours = new ArrayList<>();
    List<Start> peers = new ArrayList<>();
    try (LoadGenerator load = LoadGenerator.start(context, bootstrapServers);
        LoadLine line = new LoadLine(bootstrapServers, model.target());
        LoadLine pythonLine = new LoadLine(bootstrapServers, python.target("raw"))) {
      // The first start reads files from the disk, and does not count.
      for (int round = 0; round <= rounds; round++) {
        context.say("start " + (round == 0 ? "that does not count" : round + " of " + rounds));
        Launch worker = model.worker(context.java(), "worker", List.of());
        ours.add(start(line, worker, load, model.target()));
        if (missingPython.isEmpty()) {
          Contender peer = Contender.python(context, python, ProcessingGuarantee.EXACTLY_ONCE);
          peers.add(start(pythonLine, peer.launch(), load, peer.target()));
        }
      }
    }
    String atLoad = "resident at %,d requests/s".formatted((int) LOAD_PER_SECOND);
    Report.Table table =
        report.table(
            "From the start of the process to its first committed answer, and its memory",
            "who | first answer | resident at rest | proportional at rest | its own at rest | "
                + atLoad);
    addRow(table, "Tidemill, with %,d checkpoints on the log".formatted(checkpoints), ours);
    if (!peers.isEmpty()) {
      addRow(table, "Python loop, which reads none", peers);
    }
    report.atMost(
        3,
        "s from start to first answer, %,d checkpoints on the log".formatted(checkpoints),
        Optional.of(figure(ours, Start::seconds, "s")));
    report.atMost(
        256,
        "MB resident at rest",
        Optional.of(megabytes(ours, start -> start.atRest().resident())));
    report.note("At rest is 2 s after the first answer; a request has waited for the start.");
    missingPython.ifPresent(why -> report.note("No Python loop: " + why + "."));
  }

  private static void publish(BenchContext context, ServedModel model, int checkpoints)
      throws Exception {
    context.say("writing " + checkpoints + " checkpoints");
    try (VersionPublisher publisher =
        new VersionPublisher(model.context(), ModelSpec.load("lenet"), KEEP)) {
      for (int i = 0; i < checkpoints; i++) {
        var unused = publisher.publish();
      }
    }
  }

  private static Start start(LoadLine line, Launch launch, LoadGenerator load, LoadTarget target) {
    LoadLine.Started started = line.start(launch);
    try (Service service = started.service()) {
      Schedule.sleepUntil(System.nanoTime() + REST_NANOS);
      ProcessMemory atRest = ProcessMemory.of(service.pid());
      LoadOrder order = LoadOrder.openLoop(target, LOAD_PER_SECOND, 3, 0);
      CompletableFuture<LoadResult> loading = CompletableFuture.supplyAsync(() -> load.run(order));
      Schedule.sleepUntil(System.nanoTime() + REST_NANOS);
      ProcessMemory underLoad = ProcessMemory.of(service.pid());
      var unused = loading.join();
      return new Start(started.seconds(), atRest, underLoad);
    }
  }

  private static void addRow(Report.Table table, String who, List<Start> starts) {
    table.row(
        who,
        figure(starts, Start::seconds, "s"),
        megabytes(starts, start -> start.atRest().resident()),
        megabytes(starts, start -> start.atRest().proportional()),
        megabytes(starts, start -> start.atRest().own()),
        megabytes(starts, start -> start.underLoad().resident()));
  }

  private static Figure megabytes(List<Start> starts, ToLongFunction<Start> bytes) {
    return figure(starts, start -> bytes.applyAsLong(start) / 1e6, "MB");
  }

  /** The figure of all starts but the first. */
  private static Figure figure(List<Start> starts, ToDoubleFunction<Start> of, String unit) {
    return Figure.of(starts.stream().skip(1).mapToDouble(of).toArray(), unit);
  }
}
