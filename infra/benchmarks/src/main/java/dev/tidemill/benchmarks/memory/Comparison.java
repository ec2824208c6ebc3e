package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Rounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Our engine beside its peers, in memory, on one thread each: networks × batch sizes. */
final class Comparison {
  private static final List<Integer> BATCH_SIZES = List.of(1, 8, 32, 128, 512);
  private static final int ROUNDS = 9;
  // A JVM compiles its hot loops in the first of them.
  private static final int WARM_UPS = 4;
  private static final double SECONDS = 0.25;

  private final Work work;
  private final Isa isa;
  private final BenchContext context;
  private final Report.Builder report;
  private final Targets goals;

  private Comparison(Benchmark benchmark, Work work, Isa isa, BenchContext context) {
    this.work = work;
    this.isa = isa;
    this.context = context;
    report = Report.of(benchmark);
    goals = new Targets(context.engine(), work, isa);
  }

  static Report run(Benchmark benchmark, Work work, Isa isa, BenchContext context)
      throws IOException {
    return new Comparison(benchmark, work, isa, context).run();
  }

  private Report run() throws IOException {
    for (String spec : context.specs(usual(context))) {
      Path folder = context.folder("network");
      ComparedNetwork network = ComparedNetwork.of(spec);
      network.write(folder);
      compare(network.begin().spec().name(), folder);
    }
    return report.build();
  }

  /** The networks that an engine's targets are about. */
  static List<String> usual(BenchContext context) {
    return context.engine().equals("torch")
        ? List.of("lenet", "lstm", "transformer")
        : Peers.STOCK_NETWORKS;
  }

  private void compare(String network, Path folder) {
    try (Alternation alternation = Alternation.start(participants(network, folder))) {
      report.versions(alternation.versions());
      if (alternation.has(Peers.PYTORCH)) {
        report.note(new Agreement(work, alternation).check(network));
      }
      List<List<Cell>> rows = new ArrayList<>();
      for (int size : context.batchSizes(BATCH_SIZES)) {
        context.say(work.words() + ", " + network + ", B = " + size);
        Rounds rounds =
            alternation.run(
                WARM_UPS, context.rounds(ROUNDS), TimedRound.order(size, context.seconds(SECONDS)));
        rows.add(row(size, peers(network), rounds));
        goals.of(network, size, rounds).forEach(report::target);
      }
      report.table(network + ", " + work.words() + isa.words(), columns(peers(network)), rows);
    }
  }

  private List<Launch> participants(String network, Path folder) {
    String task = folder.toString();
    EngineChoice choice =
        new EngineChoice(context.engine(), context.device(), context.precision("float32"));
    List<Launch> all = new ArrayList<>();
    all.add(
        context
            .java()
            .launch(Peers.OURS, isa.jvmFlags(), work.ours().getName(), choice.behind(task)));
    if (hasStock(network)) {
      all.add(context.java().launch(Peers.STOCK, work.stock(), List.of(task, network)));
    }
    Optional<String> whyNot = context.python().whyNot(List.of("torch"));
    if (whyNot.isEmpty()) {
      all.add(
          context
              .python()
              .launch(
                  Peers.PYTORCH,
                  work.script(),
                  List.of(task, choice.device(), choice.precision())));
    } else {
      report.note(Peers.PYTORCH + " was not run: " + whyNot.get() + ".");
    }
    return all.stream()
        .map(launch -> launch.withEnvironment(Peers.ONE_THREAD).withEnvironment(isa.environment()))
        .toList();
  }

  private boolean hasStock(String network) {
    return isa == Isa.NATIVE
        && context.engine().equals("dl4j")
        && Peers.STOCK_NETWORKS.contains(network);
  }

  private List<String> peers(String network) {
    return hasStock(network) ? List.of(Peers.STOCK, Peers.PYTORCH) : List.of(Peers.PYTORCH);
  }

  private static List<String> columns(List<String> peers) {
    List<String> columns = new ArrayList<>(List.of("B", Peers.OURS + " samples/s", Peers.OURS));
    columns.addAll(peers);
    peers.forEach(peer -> columns.add("÷ " + peer));
    return columns;
  }

  private static List<Cell> row(int size, List<String> peers, Rounds rounds) {
    List<Cell> row = new ArrayList<>();
    row.add(Cell.of(size));
    row.add(rounds.figure(Peers.OURS, Peers.RATE, "").map(Comparison::rate).orElse(Cell.none()));
    row.add(cell(rounds.figure(Peers.OURS, "ms_per_step", "ms")));
    peers.forEach(peer -> row.add(cell(rounds.figure(peer, "ms_per_step", "ms"))));
    peers.forEach(peer -> row.add(cell(rounds.ratio(Peers.OURS, peer, Peers.RATE))));
    return row;
  }

  /** Its spread is that of the time beside it. */
  private static Cell rate(Figure samplesPerSecond) {
    return Cell.of(String.format(Locale.ROOT, "%,.0f", samplesPerSecond.median()));
  }

  private static Cell cell(Optional<Figure> figure) {
    return figure.map(Cell::of).orElse(Cell.none());
  }
}
