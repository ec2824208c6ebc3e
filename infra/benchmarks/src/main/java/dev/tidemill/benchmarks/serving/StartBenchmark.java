package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.inference.ProcessingGuarantee;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * From the start of a process to its first answer, and its memory: Tidemill's worker, with many
 * versions on the log, and the Python loop, in turn.
 */
public final class StartBenchmark {
  private static final String OURS = "Tidemill";
  private static final String PYTHON = "Python loop";
  private static final int KEEP = 10;
  private static final long REST_SECONDS = 2;
  private static final double LOAD_PER_SECOND = 1_000;

  private StartBenchmark() {}

  public static void run(BenchContext context) throws Exception {
    try (Broker broker = Broker.start(context)) {
      measureStarts(context, broker.bootstrapServers());
      ManySwaps.measure(context, broker);
    }
  }

  private static void measureStarts(BenchContext context, String bootstrapServers)
      throws Exception {
    Report report = context.report();
    int checkpoints = context.quick() ? 200 : 1_000;
    int counted = context.quick() ? 2 : context.rounds(5);
    boolean withPython = context.canRunPython("The Python loop", Contender.MODULES);
    ServedModel model = ServedModel.create("start", bootstrapServers);
    ServedModel python = ServedModel.create("start-python", bootstrapServers);
    context.say("writing " + checkpoints + " checkpoints");
    VersionPublisher.publish(model, ModelSpec.load("lenet"), checkpoints, KEEP);
    Rounds rounds = new Rounds();
    try (LoadLine line = new LoadLine(bootstrapServers, model.target());
        LoadLine pythonLine = new LoadLine(bootstrapServers, python.target("raw"))) {
      // The first start reads files from the disk, and does not count.
      for (int round = 0; round <= counted; round++) {
        context.say("start " + (round == 0 ? "that does not count" : round + " of " + counted));
        Rounds results = round == 0 ? new Rounds() : rounds;
        Launch worker = model.worker(context.java(), "worker");
        results.add(OURS, start(line, worker));
        if (withPython) {
          Launch loop = Contender.python(context, python, ProcessingGuarantee.EXACTLY_ONCE);
          results.add(PYTHON, start(pythonLine, loop));
        }
      }
    }
    String atLoad = "resident at %,d requests/s".formatted((int) LOAD_PER_SECOND);
    Report.Table table =
        report.table(
            "From the start of the process to its first committed answer, and its memory",
            "who | first answer | resident at rest | proportional at rest | its own at rest | "
                + atLoad);
    String onTheLog = "%,d checkpoints on the log".formatted(checkpoints);
    addRow(table, "Tidemill, with " + onTheLog, OURS, rounds);
    if (withPython) {
      addRow(table, "Python loop, which reads none", PYTHON, rounds);
    }
    report.atMost(
        3, "s from start to first answer, " + onTheLog, rounds.figure(OURS, "seconds", "s"));
    report.atMost(256, "MB resident at rest", rounds.figure(OURS, "resident", "MB"));
    report.note("At rest is 2 s after the first answer; a request has waited for the start.");
  }

  private static void addRow(Report.Table table, String title, String who, Rounds rounds) {
    table.row(
        title,
        rounds.figure(who, "seconds", "s"),
        rounds.figures(who, "MB", "resident", "proportional", "own", "underLoad"));
  }

  /** One start, and the memory after it. */
  private static Map<String, ?> start(LoadLine line, Launch launch) throws InterruptedException {
    AnswerTally asked = line.ask();
    try (Service service = Service.start(launch)) {
      double seconds = line.awaitAnswer(asked, service);
      TimeUnit.SECONDS.sleep(REST_SECONDS);
      ProcessMemory atRest = ProcessMemory.of(service.pid());
      LoadOrder order = LoadOrder.openLoop(line.target, LOAD_PER_SECOND, 3, 0);
      CompletableFuture<LoadResult> loading = CompletableFuture.supplyAsync(() -> line.run(order));
      TimeUnit.SECONDS.sleep(REST_SECONDS);
      ProcessMemory underLoad = ProcessMemory.of(service.pid());
      var unused = loading.join().requireComplete(launch.name());
      return Map.of(
          "seconds", seconds,
          "resident", atRest.resident() / 1e6,
          "proportional", atRest.proportional() / 1e6,
          "own", atRest.own() / 1e6,
          "underLoad", underLoad.resident() / 1e6);
    }
  }
}
