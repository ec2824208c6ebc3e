package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.benchmarks.Target;
import dev.tidemill.engine.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** How fast a device trains and answers, how busy it is, and what share of its peak that is. */
final class GpuSpeed {
  static final List<String> COLUMNS =
      List.of(
          "network",
          "what",
          "B",
          "Tidemill samples/s",
          "busy",
          "TFLOP/s",
          "of peak",
          "PyTorch eager samples/s",
          "PyTorch compiled samples/s",
          "÷ eager",
          "÷ compiled");

  private static final String EAGER = "PyTorch eager";
  private static final String COMPILED = "PyTorch compiled";
  private static final int WARM_UPS = 2;
  private static final int ROUNDS = 5;
  private static final double SECONDS = 1;

  /** Long enough for the driver to count. */
  private static final double LOAD_SECONDS = 6;

  private final BenchContext context;
  private final EngineChoice choice;
  private final Optional<Card> card;
  private final Report.Builder report;
  private @Nullable Boolean compiles;

  GpuSpeed(BenchContext context, EngineChoice choice, Optional<Card> card, Report.Builder report) {
    this.context = context;
    this.choice = choice;
    this.card = card;
    this.report = report;
  }

  /** A row a batch size. */
  List<List<Cell>> rows(Work work, ComparedNetwork network, Path folder, List<Integer> sizes) {
    List<List<Cell>> rows = new ArrayList<>();
    try (Alternation alternation = Alternation.start(participants(work, folder))) {
      report.versions(alternation.versions());
      for (int size : sizes) {
        context.say("%s, %s, B = %d".formatted(work.words(), network.begin().spec().name(), size));
        Rounds rounds =
            alternation.run(
                context.quick() ? 1 : WARM_UPS,
                context.rounds(ROUNDS),
                TimedRound.order(size, context.seconds(SECONDS)));
        OptionalDouble busy =
            GpuLoad.during(
                choice.device(),
                () -> alternation.ask(Peers.OURS, TimedRound.order(size, LOAD_SECONDS)));
        rows.add(row(work, network, size, rounds, busy));
      }
    }
    return rows;
  }

  private List<Cell> row(
      Work work, ComparedNetwork network, int size, Rounds rounds, OptionalDouble busy) {
    String name = network.begin().spec().name();
    Optional<Figure> rate = rounds.figure(Peers.OURS, Peers.RATE, "");
    double flops = rate.orElseThrow().median() * work.flops(Network.of(network.begin().spec()));
    OptionalDouble peak = card.map(Card::peak).orElse(OptionalDouble.empty());
    Optional<Figure> share =
        peak.isPresent()
            ? Optional.of(Figure.once(flops / peak.getAsDouble(), ""))
            : Optional.empty();
    if (work == Work.TRAINING) {
      targets(name, rounds, busy, share);
    }
    return List.of(
        Cell.of(name),
        Cell.of(work.words()),
        Cell.of(size),
        cell(rate),
        busy.isPresent() ? Cell.of("%.0f %%".formatted(100 * busy.getAsDouble())) : Cell.none(),
        Cell.of(Figure.once(flops / 1e12, "").text().strip()),
        share.map(s -> Cell.of("%.1f %%".formatted(100 * s.median()))).orElse(Cell.none()),
        cell(rounds.figure(EAGER, Peers.RATE, "")),
        cell(rounds.figure(COMPILED, Peers.RATE, "")),
        cell(rounds.ratio(Peers.OURS, EAGER, Peers.RATE)),
        cell(rounds.ratio(Peers.OURS, COMPILED, Peers.RATE)));
  }

  /** What is asked of the Transformer on a card. */
  private void targets(String name, Rounds rounds, OptionalDouble busy, Optional<Figure> share) {
    if (card.isEmpty() || !name.startsWith("transformer")) {
      return;
    }
    Optional<Figure> load =
        busy.isPresent() ? Optional.of(Figure.once(busy.getAsDouble(), "")) : Optional.empty();
    report.target(Target.atLeast(0.95, name + ", training: share of time the GPU is busy", load));
    report.target(Target.atLeast(0.4, name + ", training: share of the card's peak", share));
    report.target(
        Target.atLeast(
            0.95,
            name + ", training: Tidemill ÷ " + EAGER,
            rounds.ratio(Peers.OURS, EAGER, Peers.RATE)));
  }

  private List<Launch> participants(Work work, Path folder) {
    List<Launch> all = new ArrayList<>();
    all.add(context.java().launch(Peers.OURS, work.ours(), choice.behind(folder.toString())));
    Optional<String> whyNot = context.python().whyNot(List.of("torch"));
    if (whyNot.isPresent()) {
      report.note("PyTorch was not run: " + whyNot.get() + ".");
    } else {
      all.add(python(EAGER, "eager", work, folder));
      if (compiles(work, folder)) {
        all.add(python(COMPILED, "compiled", work, folder));
      }
    }
    return all.stream().map(launch -> launch.withEnvironment(Peers.ONE_THREAD)).toList();
  }

  private Launch python(String name, String how, Work work, Path folder) {
    return context
        .python()
        .launch(
            name,
            work.script(),
            List.of(folder.toString(), choice.device(), choice.precision(), how));
  }

  /**
   * Whether PyTorch finds here what it compiles with, tried once: the others are measured anyway.
   */
  private boolean compiles(Work work, Path folder) {
    if (compiles == null) {
      Launch launch = python(COMPILED, "compiled", work, folder);
      try (Alternation alone = Alternation.start(List.of(launch))) {
        compiles = alone.ask(COMPILED, Map.of("check", 1, "batch", 2)).has("check");
      } catch (BenchmarkException failed) {
        report.note(COMPILED + " was not run: " + reason(String.valueOf(failed.getMessage())));
        compiles = false;
      }
    }
    return compiles;
  }

  /** The line of a Python traceback that names the error; PyTorch writes advice behind it. */
  private static String reason(String message) {
    return message
        .lines()
        .filter(line -> line.contains("Error: "))
        .reduce((first, last) -> last)
        .orElse(message)
        .strip();
  }

  private static Cell cell(Optional<Figure> figure) {
    return figure.map(Cell::of).orElse(Cell.none());
  }
}
