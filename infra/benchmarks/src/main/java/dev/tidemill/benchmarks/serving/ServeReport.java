package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Target;
import dev.tidemill.benchmarks.serving.Contender.Guarantee;
import dev.tidemill.benchmarks.serving.Contender.Side;
import dev.tidemill.benchmarks.serving.ServeRounds.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Tables and targets of {@code serve}. */
final class ServeReport {
  private final BenchContext context;
  private final Contenders field;
  private final ServeRounds rounds;
  private final Report.Builder report;

  ServeReport(Benchmark benchmark, BenchContext context, Contenders field, ServeRounds rounds) {
    this.context = context;
    this.field = field;
    this.rounds = rounds;
    this.report = Report.of(benchmark);
  }

  Report.Builder build() {
    throughput();
    latency();
    targets();
    notes();
    return report.versions(field.versions());
  }

  private void throughput() {
    List<List<Cell>> rows = new ArrayList<>();
    for (Contender contender : field.contenders()) {
      rows.add(
          List.of(
              Cell.of(contender.title()),
              cell(rounds.backlog().figure(contender.name(), LoadResult::perSecond, "/s")),
              cell(rounds.overload().figure(contender.name(), LoadResult::keptUpPerSecond, "/s"))));
    }
    report.table(
        "Predictions a second, LeNet, one worker",
        List.of("who, guarantee", "of a backlog", "while more arrive than can be answered"),
        rows);
  }

  private void latency() {
    List<List<Cell>> rows = new ArrayList<>();
    for (Window window : rounds.windows()) {
      rows.add(
          List.of(
              Cell.of(window.contender().title()),
              Cell.of(share(window)),
              Cell.of(Math.round(window.perSecond())),
              cell(micros(window, LoadResult::p50Micros)),
              cell(micros(window, LoadResult::p99Micros)),
              cell(micros(window, LoadResult::p999Micros))));
    }
    report.table(
        "Latency, from when a request was due to when its committed answer was read",
        List.of("who, guarantee", "load", "requests/s", "p50", "p99", "p99.9"),
        rows);
  }

  private static String share(Window window) {
    boolean own = window.whose() == window.contender().side();
    return window.percent() + " % of " + (own ? "its own" : "the Python loop's") + " maximum";
  }

  private Optional<Figure> micros(Window window, ToDoubleFunction<LoadResult> of) {
    return rounds.latency().figure(window.key(), result -> of.applyAsDouble(result) / 1e3, "ms");
  }

  private void targets() {
    for (Guarantee guarantee : Guarantee.values()) {
      Contender ours = ours(guarantee);
      Optional<Contender> python = rounds.python(ours);
      report.target(
          Target.atLeast(
              3,
              "predictions/s of a backlog, " + guarantee.title() + ": ours ÷ Python loop",
              python.flatMap(peer -> ratio(rounds.backlog(), ours.name(), peer.name()))));
      for (int percent : new int[] {50, 90}) {
        report.target(
            Target.atMost(
                1 / 3.0,
                "p99 at %d %% of the Python loop's maximum, %s: ours ÷ Python loop"
                    .formatted(percent, guarantee.title()),
                python.flatMap(
                    peer ->
                        rounds
                            .latency()
                            .ratio(
                                Window.key(ours, Side.PYTHON, percent),
                                Window.key(peer, Side.PYTHON, percent),
                                LoadResult::p99Micros))));
      }
    }
    report.target(
        Target.atLeast(
            0.9,
            "predictions/s of a backlog, ours: exactly once ÷ at least once",
            ratio(
                rounds.backlog(),
                ours(Guarantee.EXACTLY_ONCE).name(),
                ours(Guarantee.AT_LEAST_ONCE).name())));
  }

  private Contender ours(Guarantee guarantee) {
    return field.contenders().stream()
        .filter(c -> c.side() == Side.OURS && c.guarantee() == guarantee)
        .findFirst()
        .orElseThrow();
  }

  private static Optional<Figure> ratio(Results results, String above, String below) {
    return results.ratio(above, below, LoadResult::perSecond);
  }

  private void notes() {
    Contenders.whyNoPython(context).ifPresent(why -> report.note("No Python loop: " + why + "."));
    report.note(
        "One broker, one load generator and the one worker that is asked share the processors; the"
            + " others are idle meanwhile.");
    report.note(
        "A backlog is committed in one transaction, so that all of it can be read at one moment;"
            + " its rate counts from then to the last committed answer. The maximum whose shares"
            + " are asked for is what a worker answers while requests keep arriving, which costs"
            + " the same processors.");
    report.note(
        "Requests are due at even intervals, whatever became of those before; a latency counts from"
            + " when its request was due.");
  }

  private static Cell cell(Optional<Figure> figure) {
    return figure.map(Cell::of).orElseGet(Cell::none);
  }
}
