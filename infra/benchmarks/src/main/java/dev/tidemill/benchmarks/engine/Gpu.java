package dev.tidemill.benchmarks.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Participant;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Rounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One device: whether it computes what the CPU does, and how fast, beside PyTorch.
 *
 * @param modes of PyTorch that can run here
 */
public record Gpu(
    BenchContext context, EngineChoice choice, Optional<Card> card, List<String> modes) {
  private static final List<String> LARGE = List.of("lenet", "resnet18", "transformer_large");
  private static final List<String> SMALL = List.of("lenet", "resnet", "transformer");

  private static final String OURS = Comparison.OURS;
  private static final String EAGER = "PyTorch eager";
  private static final String COMPILED = "PyTorch compiled";
  private static final String RATE = Comparison.RATE;
  private static final int WARM_UPS = 2;
  private static final int ROUNDS = 5;
  private static final double SECONDS = 1;

  /** Long enough for the driver's readings. */
  private static final double BUSY_SECONDS = 6;

  public static void run(BenchContext context) throws Exception {
    Optional<Card> card = Card.of(context.device());
    new Gpu(context, EngineChoice.of(context), card, new ArrayList<>()).run();
  }

  private void run() throws Exception {
    Report report = context.report();
    card.ifPresent(c -> report.versions(Map.of(c.name(), "driver " + c.driver())));
    if (card.isEmpty()) {
      report.note("No GPU took part: how busy it is, and its peak, were not measured.");
    }
    Report.Table parity =
        report.table(
            "Parity with the processor",
            "network | steps | loss, first | last | float32 apart | bfloat16 apart");
    Report.Table speed =
        report.table(
            "On %s, %s".formatted(card.map(Card::name).orElse(choice.device()), choice.precision()),
            "network | what | B | Tidemill samples/s | busy | TFLOP/s | of peak | PyTorch eager samples/s"
                + " | PyTorch compiled samples/s | ÷ eager | ÷ compiled");
    findModes();
    for (String spec : context.specs(context.quick() ? SMALL : LARGE)) {
      ComparedNetwork network = ComparedNetwork.of(spec);
      Path folder = network.write(context.folder("network"));
      addParity(parity, network);
      for (Work work : Work.values()) {
        addSpeed(speed, work, network, folder, context.batchSizes(sizes(spec, work)));
      }
    }
  }

  private List<Integer> sizes(String spec, Work work) {
    if (context.quick()) {
      return List.of(8);
    }
    int size = spec.equals("transformer_large") ? 16 : 512;
    // PyTorch compiles each, which takes longer on a CPU than the measurement.
    return work == Work.TRAINING ? List.of(size) : List.of(1, size);
  }

  /** How far the device's losses are from the CPU's, from the same weights and samples. */
  private void addParity(Report.Table table, ComparedNetwork network) {
    boolean heavy = network.state().layout().parameterLength() > 10_000_000;
    int steps = heavy ? 3 : 10;
    int size = heavy ? 2 : 16;
    context.say("parity, " + network.name());
    Launch launch = choice.launch(context, List.of(), Work.TRAINING, network);
    try (Participant engine = Participant.start(launch)) {
      JsonNode cpu = losses(engine, steps, size, "cpu", "float32");
      JsonNode full = losses(engine, steps, size, choice.device(), "float32");
      JsonNode half = losses(engine, steps, size, choice.device(), "bfloat16");
      // Another order of sums and a card's faster products may change so much of a loss.
      table.row(
          network.name(),
          steps,
          "%.4f".formatted(cpu.path(0).asDouble()),
          "%.4f".formatted(cpu.path(steps - 1).asDouble()),
          apart(network, "float32", 5e-3, cpu, full),
          apart(network, "bfloat16", 5e-2, cpu, half));
    }
  }

  private static JsonNode losses(
      Participant engine, int steps, int size, String device, String precision) {
    return engine
        .run(Map.of("check", steps, "batch", size, "device", device, "precision", precision))
        .path("check");
  }

  /** Empty if the engine lacks the precision on the device. */
  private Optional<String> apart(
      ComparedNetwork network, String precision, double most, JsonNode cpu, JsonNode device) {
    if (device.isEmpty()) {
      return Optional.empty();
    }
    double apart = Comparison.apart(device, cpu, loss -> loss);
    String what =
        "%s: losses on %s in %s, apart from the processor's"
            .formatted(network.name(), choice.device(), precision);
    context.report().atMost(most, what, Optional.of(Figure.once(apart, "")));
    return Optional.of("%.1e".formatted(apart));
  }

  /** Adds one row per batch size. */
  private void addSpeed(
      Report.Table table, Work work, ComparedNetwork network, Path folder, List<Integer> sizes) {
    Report report = context.report();
    List<Launch> launches = new ArrayList<>();
    launches.add(choice.launch(context, List.of(), work, network));
    modes.forEach(mode -> launches.add(pytorch(work, folder, mode)));
    try (Alternation alternation = Alternation.start(launches)) {
      report.versions(alternation.versions());
      for (int size : sizes) {
        context.say("%s, %s, B = %d".formatted(work.text(), network.name(), size));
        Map<String, ?> order = TimedRound.order(size, context.seconds(SECONDS));
        Map<String, ?> load = TimedRound.order(size, BUSY_SECONDS);
        int warmUps = context.quick() ? 1 : WARM_UPS;
        Rounds rounds = alternation.run(warmUps, context.rounds(ROUNDS), false, who -> order);
        Optional<Double> busy = card.flatMap(c -> c.busyDuring(() -> alternation.ask(OURS, load)));
        Optional<Figure> rate = rounds.figure(OURS, RATE, "");
        double flops = rate.orElseThrow().median() * work.flops(network.network());
        Optional<Double> share = card.flatMap(Card::peak).map(peak -> flops / peak);
        table.row(
            network.name(),
            work.text(),
            size,
            rate,
            busy.map(b -> "%.0f %%".formatted(100 * b)),
            Figure.digits(flops / 1e12),
            share.map(s -> "%.1f %%".formatted(100 * s)),
            rounds.figure(EAGER, RATE, ""),
            rounds.figure(COMPILED, RATE, ""),
            rounds.ratio(OURS, EAGER, RATE),
            rounds.ratio(OURS, COMPILED, RATE));
        if (work == Work.TRAINING && card.isPresent() && network.name().startsWith("transformer")) {
          String what = network.name() + ", training: ";
          report.atLeast(
              0.95, what + "share of time the GPU is busy", busy.map(b -> Figure.once(b, "")));
          report.atLeast(
              0.4, what + "share of the card's peak", share.map(s -> Figure.once(s, "")));
          report.atLeast(0.95, what + "Tidemill ÷ " + EAGER, rounds.ratio(OURS, EAGER, RATE));
        }
      }
    }
  }

  private Launch pytorch(Work work, Path folder, String mode) {
    return choice.pytorch(context, "PyTorch " + mode, work, folder, mode);
  }

  /** PyTorch may find no compiler here; the others are measured anyway. */
  private void findModes() throws IOException {
    if (context.canRunPython("PyTorch", "torch")) {
      modes.add("eager");
      Path folder = ComparedNetwork.of("mlp").write(context.folder("network"));
      try (Participant alone = Participant.start(pytorch(Work.TRAINING, folder, "compiled"))) {
        var unused = alone.run(Map.of("check", 1, "batch", 2));
        modes.add("compiled");
      } catch (BenchmarkException e) {
        context.report().note(COMPILED + " was not run: " + reason(String.valueOf(e.getMessage())));
      }
    }
  }

  /** The line of a Python traceback with the error; PyTorch writes advice after it. */
  private static String reason(String message) {
    return message
        .lines()
        .filter(line -> line.contains("Error: "))
        .reduce((first, last) -> last)
        .orElse(message)
        .strip();
  }
}
