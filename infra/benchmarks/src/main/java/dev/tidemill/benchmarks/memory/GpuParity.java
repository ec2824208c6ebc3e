package dev.tidemill.benchmarks.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How far a device's losses lie from the processor's, from the same weights and samples. */
final class GpuParity {
  static final List<String> COLUMNS =
      List.of("network", "steps", "loss, first", "last", "float32 apart", "bfloat16 apart");

  /** Of the processor's loss: what the order of sums and a card's faster products may change. */
  private static final double MOST_FLOAT32 = 5e-3;

  private static final double MOST_BFLOAT16 = 5e-2;

  private final BenchContext context;
  private final EngineChoice choice;
  private final Report.Builder report;

  GpuParity(BenchContext context, EngineChoice choice, Report.Builder report) {
    this.context = context;
    this.choice = choice;
    this.report = report;
  }

  List<Cell> row(ComparedNetwork network, Path folder) {
    String name = network.begin().spec().name();
    boolean heavy = network.begin().layout().parameterLength() > 10_000_000;
    int steps = heavy ? 3 : 10;
    context.say("parity, " + name);
    Launch launch =
        context.java().launch(Peers.OURS, DeviceParity.class, choice.behind(folder.toString()));
    try (Alternation alternation = Alternation.start(List.of(launch))) {
      JsonNode losses =
          alternation.ask(Peers.OURS, Map.of("steps", steps, "batch", heavy ? 2 : 16));
      JsonNode cpu = losses.path(DeviceParity.CPU);
      return List.of(
          Cell.of(name),
          Cell.of(steps),
          Cell.of("%.4f".formatted(cpu.path(0).asDouble())),
          Cell.of("%.4f".formatted(cpu.path(steps - 1).asDouble())),
          apart(name, "float32", losses, MOST_FLOAT32),
          apart(name, "bfloat16", losses, MOST_BFLOAT16));
    }
  }

  private Cell apart(String network, String precision, JsonNode losses, double most) {
    JsonNode cpu = losses.path(DeviceParity.CPU);
    JsonNode device = losses.path(precision);
    if (device.isEmpty()) {
      return Cell.none();
    }
    double apart = cpu.size() == device.size() && !cpu.isEmpty() ? 0 : Double.NaN;
    for (int i = 0; i < cpu.size(); i++) {
      double expected = cpu.path(i).asDouble();
      apart = Math.max(apart, Math.abs(device.path(i).asDouble() - expected) / expected);
    }
    report.target(
        Target.atMost(
            most,
            "%s: losses on %s in %s, apart from the processor's"
                .formatted(network, choice.device(), precision),
            Optional.of(Figure.once(apart, ""))));
    return Cell.of(String.format(Locale.ROOT, "%.1e", apart));
  }
}
