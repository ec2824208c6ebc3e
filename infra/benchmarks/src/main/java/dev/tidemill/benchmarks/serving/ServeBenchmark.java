package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.serving.Contender.Side;
import dev.tidemill.benchmarks.serving.ServeRounds.Window;
import dev.tidemill.inference.ProcessingGuarantee;
import java.util.Arrays;

/** Throughput and latency of answering requests through Kafka, beside a Python loop. */
public record ServeBenchmark(Contenders contenders, ServeRounds rounds, Report report) {
  private static final int LOOPBACK_BACKLOG = 50_000;

  public static void run(BenchContext context) throws Exception {
    try (Broker broker = Broker.start(context);
        Contenders contenders = Contenders.start(context, broker.bootstrapServers());
        LoadGenerator load = LoadGenerator.start(context, broker.bootstrapServers())) {
      ServeRounds rounds = new ServeRounds(context, contenders, load);
      rounds.run();
      ServeBenchmark serve = new ServeBenchmark(contenders, rounds, context.report());
      serve.addThroughput();
      serve.addLatency();
      Arrays.stream(ProcessingGuarantee.values()).forEach(serve::addTargets);
      serve.addGuaranteeTarget();
      serve.addNotes();
      context.say("the load generator alone");
      serve.measureLoopback(load, broker.bootstrapServers());
    }
  }

  private void addThroughput() {
    Report.Table table =
        report.table(
            "Predictions a second, LeNet, one worker",
            "who, guarantee | of a backlog | while more arrive than can be answered");
    for (Contender contender : contenders.all()) {
      table.row(
          contender.title(),
          rounds.backlog.figure(contender.title(), "perSecond", "/s"),
          rounds.overload.figure(contender.title(), "keptUpPerSecond", "/s"));
    }
  }

  private void addLatency() {
    Report.Table table =
        report.table(
            "Latency, from when a request was due to when its committed answer was read",
            "who, guarantee | load | requests/s | p50 | p99 | p99.9");
    for (Window window : rounds.windows) {
      table.row(
          window.contender().title(),
          share(window),
          Math.round(window.perSecond()),
          rounds.latency.figures(window.key(), "ms", "p50Millis", "p99Millis", "p999Millis"));
    }
  }

  private static String share(Window window) {
    boolean own = window.whose() == window.contender().side();
    return window.percent() + " % of " + (own ? "its own" : "the Python loop's") + " maximum";
  }

  private void addTargets(ProcessingGuarantee guarantee) {
    String ours = Contender.title(Side.OURS, guarantee);
    String python = Contender.title(Side.PYTHON, guarantee);
    String compared = Contender.words(guarantee) + ": ours ÷ Python loop";
    report.atLeast(
        3,
        "predictions/s of a backlog, " + compared,
        rounds.backlog.ratio(ours, python, "perSecond"));
    for (int percent : new int[] {50, 90}) {
      report.atMost(
          1 / 3.0,
          "p99 at %d %% of the Python loop's maximum, %s".formatted(percent, compared),
          rounds.latency.ratio(
              Window.key(ours, Side.PYTHON, percent),
              Window.key(python, Side.PYTHON, percent),
              "p99Millis"));
    }
  }

  private void addGuaranteeTarget() {
    report.atLeast(
        0.9,
        "predictions/s of a backlog, ours: exactly once ÷ at least once",
        rounds.backlog.ratio(
            Contender.title(Side.OURS, ProcessingGuarantee.EXACTLY_ONCE),
            Contender.title(Side.OURS, ProcessingGuarantee.AT_LEAST_ONCE),
            "perSecond"));
  }

  private void addNotes() {
    report.note(
        "One broker, one load generator and the one worker that is asked share the CPU; the other"
            + " workers are idle meanwhile.");
    report.note(
        "A backlog is committed in one transaction, so that all of it becomes readable at one"
            + " moment. Its rate counts from then to the last committed answer. The maximum is what"
            + " a worker answers while requests keep arriving, which costs the same CPU.");
    report.note(
        "Requests are due at even intervals, whether or not earlier ones are answered. A latency"
            + " counts from when its request was due.");
  }

  /** The load generator's own limit: it reads its own requests, through the broker alone. */
  private void measureLoopback(LoadGenerator load, String bootstrapServers) {
    LoadTarget asked = ServedModel.create("loopback", bootstrapServers).target("raw");
    LoadTarget target =
        new LoadTarget(
            asked.name(), asked.requests(), asked.requests(), asked.partitions(), asked.form());
    double rate = rounds.windows.stream().mapToDouble(Window::perSecond).max().orElseThrow();
    var unused = load.run(LoadOrder.backlog(target, LOOPBACK_BACKLOG));
    LoadResult backlog = load.run(LoadOrder.backlog(target, LOOPBACK_BACKLOG));
    LoadResult onTime = load.run(LoadOrder.openLoop(target, rate, 2, 0.5));
    report
        .table(
            "The load generator alone, which reads its own requests",
            "read of a backlog | at requests/s | kept up with | p50 | p99")
        .row(
            Figure.once(backlog.perSecond(), "/s"),
            Math.round(rate),
            Figure.once(onTime.keptUpPerSecond(), "/s"),
            Figure.once(onTime.p50Millis(), "ms"),
            Figure.once(onTime.p99Millis(), "ms"));
  }
}
