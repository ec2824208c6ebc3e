package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Target;
import dev.tidemill.benchmarks.serving.Contender.Guarantee;
import dev.tidemill.engine.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/** Starts of our worker, with many versions on the log, and of the Python loop, by turns. */
final class Starts {
  private static final int KEEP = 10;
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final double LOAD_PER_SECOND = 1_000;

  private final BenchContext context;
  private final String bootstrapServers;
  private final int checkpoints;

  Starts(BenchContext context, String bootstrapServers) {
    this.context = context;
    this.bootstrapServers = bootstrapServers;
    this.checkpoints = context.quick() ? 200 : 1_000;
  }

  /** One start, and the memory after it. */
  private record Start(double seconds, ProcessMemory atRest, ProcessMemory underLoad) {}

  void measure(Report.Builder report) throws Exception {
    ServedModel model = ServedModel.create("start", bootstrapServers);
    publish(model);
    ServedModel python = ServedModel.create("start-python", bootstrapServers);
    boolean withPython = Contenders.whyNoPython(context).isEmpty();
    List<Start> ours = new ArrayList<>();
    List<Start> peers = new ArrayList<>();
    int rounds = context.quick() ? 2 : context.rounds(5);
    try (LoadClient load = LoadClient.start(context, bootstrapServers);
        FirstAnswer asker = new FirstAnswer(bootstrapServers, model.target());
        FirstAnswer pythonAsker = new FirstAnswer(bootstrapServers, python.target("raw"))) {
      // The first start finds files that are not in the machine's memory, and does not count.
      for (int round = 0; round <= rounds; round++) {
        context.say("start " + (round == 0 ? "that does not count" : round + " of " + rounds));
        Start start =
            start(asker, model.worker(context.java(), "worker", List.of()), load, model.target());
        Optional<Start> peer =
            withPython
                ? Optional.of(start(pythonAsker, answerer(python), load, python.target("raw")))
                : Optional.empty();
        if (round > 0) {
          ours.add(start);
          peer.ifPresent(peers::add);
        }
      }
    }
    tell(report, ours, peers);
  }

  private Launch answerer(ServedModel python) {
    return Contender.python(context, python, Guarantee.EXACTLY_ONCE).launch();
  }

  private void publish(ServedModel model) throws Exception {
    context.say("writing " + checkpoints + " checkpoints");
    try (VersionPublisher publisher =
        new VersionPublisher(model.site(), ModelSpec.load("lenet"), KEEP)) {
      for (int i = 0; i < checkpoints; i++) {
        var unused = publisher.publish();
      }
    }
  }

  private static Start start(FirstAnswer asker, Launch launch, LoadClient load, LoadTarget target) {
    FirstAnswer.Started started = asker.start(launch);
    try (var service = started.service()) {
      rest();
      ProcessMemory atRest = ProcessMemory.of(service.pid());
      CompletableFuture<LoadResult> loading =
          CompletableFuture.supplyAsync(
              () -> load.run(LoadOrder.openLoop(target, LOAD_PER_SECOND, 3, 0)));
      rest();
      ProcessMemory underLoad = ProcessMemory.of(service.pid());
      var unused = loading.join();
      return new Start(started.seconds(), atRest, underLoad);
    }
  }

  private static void rest() {
    long end = System.nanoTime() + REST_NANOS;
    for (long left = REST_NANOS; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void tell(Report.Builder report, List<Start> ours, List<Start> peers) {
    List<List<Cell>> rows = new ArrayList<>();
    rows.add(row("Tidemill, with %,d checkpoints on the log".formatted(checkpoints), ours));
    if (!peers.isEmpty()) {
      rows.add(row("Python loop, which reads none", peers));
    }
    report.table(
        "From the start of the process to its first committed answer, and its memory",
        List.of(
            "who",
            "first answer",
            "resident at rest",
            "proportional at rest",
            "its own at rest",
            "resident at %,d requests/s".formatted((int) LOAD_PER_SECOND)),
        rows);
    report.target(
        Target.atMost(
            3,
            "s from start to first answer, %,d checkpoints on the log".formatted(checkpoints),
            figure(ours, Start::seconds, "s")));
    report.target(
        Target.atMost(
            256,
            "MB resident at rest",
            figure(ours, start -> start.atRest().resident() / ProcessMemory.MEGABYTE, "MB")));
    report.note("At rest is 2 s after the first answer; a request has waited for the start.");
    Contenders.whyNoPython(context).ifPresent(why -> report.note("No Python loop: " + why + "."));
  }

  private static List<Cell> row(String who, List<Start> starts) {
    return List.of(
        Cell.of(who),
        cell(starts, Start::seconds, "s"),
        cell(starts, start -> start.atRest().resident() / ProcessMemory.MEGABYTE, "MB"),
        cell(starts, start -> start.atRest().proportional() / ProcessMemory.MEGABYTE, "MB"),
        cell(starts, start -> start.atRest().own() / ProcessMemory.MEGABYTE, "MB"),
        cell(starts, start -> start.underLoad().resident() / ProcessMemory.MEGABYTE, "MB"));
  }

  private static Cell cell(List<Start> starts, ToDoubleFunction<Start> of, String unit) {
    return figure(starts, of, unit).map(Cell::of).orElseGet(Cell::none);
  }

  private static Optional<Figure> figure(
      List<Start> starts, ToDoubleFunction<Start> of, String unit) {
    return starts.isEmpty()
        ? Optional.empty()
        : Optional.of(Figure.of(starts.stream().mapToDouble(of).toArray(), unit));
  }
}
