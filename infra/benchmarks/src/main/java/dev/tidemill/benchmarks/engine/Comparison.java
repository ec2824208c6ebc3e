package dev.tidemill.benchmarks.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Isa;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Rounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/** Compares an engine with its peers in memory, on one thread each: networks × batch sizes. */
public record Comparison(Work work, BenchContext context) {
  static final String OURS = "Tidemill";
  static final String STOCK = "stock DL4J";
  static final String PYTORCH = "PyTorch";

  /** The key of a round's speed, by which ratios are made. */
  static final String RATE = "samples_per_second";

  /** The networks that {@link StockDl4j} builds. */
  static final List<String> STOCK_NETWORKS = List.of("lenet", "mlp");

  private static final List<Integer> BATCH_SIZES = List.of(1, 8, 32, 128, 512);
  private static final int ROUNDS = 9;
  // A JVM compiles its hot loops in the first of them.
  private static final int WARM_UPS = 4;
  private static final double SECONDS = 0.25;
  private static final int CHECKED_STEPS = 20;
  private static final int CHECKED_BATCH = 32;

  /** Far above rounding by another order of sums, far below a difference of networks. */
  private static final double MOST_APART = 1e-3;

  public void run() throws IOException {
    for (String spec : context.specs(networks(context))) {
      ComparedNetwork network = ComparedNetwork.of(spec);
      compare(network, network.write(context.folder("network")));
    }
  }

  /** The networks that an engine's targets are about. */
  static List<String> networks(BenchContext context) {
    return context.engine().equals("torch")
        ? List.of("lenet", "lstm", "transformer")
        : STOCK_NETWORKS;
  }

  private void compare(ComparedNetwork compared, Path folder) {
    String network = compared.name();
    boolean stock =
        context.java().isa() == Isa.NATIVE
            && context.engine().equals("dl4j")
            && STOCK_NETWORKS.contains(network);
    List<String> peers = stock ? List.of(STOCK, PYTORCH) : List.of(PYTORCH);
    String title = network + ", " + work.text() + context.java().isa().text();
    EngineChoice choice = EngineChoice.of(context);
    List<Launch> launches = new ArrayList<>();
    launches.add(choice.launch(context, List.of(), work, compared));
    if (stock) {
      Launch launch = context.java().launch(STOCK, StockDl4j.class, network, work.name());
      launches.add(EngineChoice.oneThread(launch));
    }
    boolean pytorch = context.canRunPython(PYTORCH, "torch");
    if (pytorch) {
      launches.add(choice.pytorch(context, PYTORCH, work, folder, "eager"));
    }
    try (Alternation alternation = Alternation.start(launches)) {
      context.report().versions(alternation.versions());
      if (pytorch) {
        checkAgreement(network, alternation);
      }
      List<String> columns = new ArrayList<>(List.of("B", OURS + " samples/s", OURS));
      columns.addAll(peers);
      peers.forEach(peer -> columns.add("÷ " + peer));
      Report.Table table = context.report().table(title, String.join(" | ", columns));
      for (int size : context.batchSizes(BATCH_SIZES)) {
        String what = title + ", B = " + size;
        context.say(what);
        Map<String, ?> order = TimedRound.order(size, context.seconds(SECONDS));
        Rounds rounds = alternation.run(WARM_UPS, context.rounds(ROUNDS), false, who -> order);
        table.row(
            size,
            // The spread is that of the time beside it.
            rounds.figure(OURS, RATE, "").map(rate -> "%,.0f".formatted(rate.median())),
            rounds.figure(OURS, "ms_per_step", "ms"),
            peers.stream().map(peer -> rounds.figure(peer, "ms_per_step", "ms")).toList(),
            peers.stream().map(peer -> rounds.ratio(OURS, peer, RATE)).toList());
        addTargets(what, network, size, rounds);
      }
    }
  }

  /**
   * Notes how far Tidemill's and PyTorch's losses or answers are apart, from the same weights and
   * samples.
   *
   * @throws BenchmarkException if they are too far apart
   */
  private void checkAgreement(String network, Alternation alternation) {
    Map<String, Integer> order = Map.of("check", CHECKED_STEPS, "batch", CHECKED_BATCH);
    JsonNode theirs = alternation.ask(PYTORCH, order).path("check");
    double apart = apart(alternation.ask(OURS, order).path("check"), theirs, value -> 1);
    String what =
        work == Work.TRAINING
            ? "losses of the first " + CHECKED_STEPS + " steps"
            : "answers to the first " + CHECKED_BATCH + " samples";
    String sentence =
        "%s: %s, from the same weights, lie at most %.1e apart (%s, %s)."
            .formatted(network, what, apart, OURS, PYTORCH);
    if (!(apart <= MOST_APART)) {
      throw new BenchmarkException("the participants compute different things: " + sentence);
    }
    context.report().note(sentence);
  }

  /**
   * The greatest difference of two lists of numbers; NaN if they differ in length or are empty.
   *
   * @param scale divides a difference, by the second list's number
   */
  static double apart(JsonNode numbers, JsonNode expected, DoubleUnaryOperator scale) {
    double apart = numbers.size() == expected.size() && !numbers.isEmpty() ? 0 : Double.NaN;
    for (int i = 0; i < numbers.size(); i++) {
      double value = expected.path(i).asDouble();
      double difference = Math.abs(numbers.path(i).asDouble() - value);
      apart = Math.max(apart, difference / scale.applyAsDouble(value));
    }
    return apart;
  }

  private void addTargets(String what, String network, int size, Rounds rounds) {
    if (context.engine().equals("torch")) {
      addTarget(size == 1 ? 1.3 : 1, what, PYTORCH, rounds);
    } else if (network.equals("lenet")) {
      boolean training = work == Work.TRAINING;
      if (training && context.java().isa() == Isa.NATIVE && (size == 32 || size == 128)) {
        addTarget(20, what, STOCK, rounds);
      }
      if (Set.of(1, 8, 32, 128).contains(size)) {
        double trainingGoal = size == 1 ? 3 : 1;
        addTarget(training ? trainingGoal : 1.5, what, PYTORCH, rounds);
      }
    }
  }

  private void addTarget(double wanted, String what, String peer, Rounds rounds) {
    String ratio = what + ": " + OURS + " ÷ " + peer;
    context.report().atLeast(wanted, ratio, rounds.ratio(OURS, peer, RATE));
  }
}
