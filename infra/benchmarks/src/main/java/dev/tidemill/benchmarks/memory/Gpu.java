package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One device: whether it computes what the processor does, and how fast, beside PyTorch. */
public final class Gpu implements Benchmark {
  private static final List<String> LARGE = List.of("lenet", "resnet18", "transformer_large");
  private static final List<String> SMALL = List.of("lenet", "resnet", "transformer");

  /** Samples a step, where a network is not made for so many as the others. */
  private static final Map<String, Integer> BATCH_SIZE = Map.of("transformer_large", 16);

  private static final int USUAL_BATCH_SIZE = 512;
  private static final int QUICK_BATCH_SIZE = 8;

  @Override
  public String name() {
    return "gpu";
  }

  @Override
  public String about() {
    return "a device: parity with the processor, training, serving; beside PyTorch, eager and compiled";
  }

  @Override
  public Report run(BenchContext context) throws IOException {
    Report.Builder report = Report.of(this);
    EngineChoice choice =
        new EngineChoice(
            context.engine(),
            context.device(),
            context.precision(context.device().equals("cpu") ? "float32" : "bfloat16"));
    Optional<Card> card = Card.of(choice.device());
    card.ifPresent(c -> report.versions(Map.of(c.name(), "driver " + c.driver())));
    if (card.isEmpty()) {
      report.note("No GPU took part: how busy it is, and its peak, were not measured.");
    }
    GpuParity parity = new GpuParity(context, choice, report);
    GpuSpeed speed = new GpuSpeed(context, choice, card, report);
    List<List<Cell>> differences = new ArrayList<>();
    List<List<Cell>> speeds = new ArrayList<>();
    for (String spec : context.specs(context.quick() ? SMALL : LARGE)) {
      Path folder = context.folder("network");
      ComparedNetwork network = ComparedNetwork.of(GpuSpecs.place(spec, context));
      network.write(folder);
      differences.add(parity.row(network, folder));
      for (Work work : Work.values()) {
        List<Integer> sizes = context.batchSizes(sizes(spec, work, context.quick()));
        speeds.addAll(speed.rows(work, network, folder, sizes));
      }
    }
    return report
        .table("Parity with the processor", GpuParity.COLUMNS, differences)
        .table(
            "On %s, %s".formatted(card.map(Card::name).orElse(choice.device()), choice.precision()),
            GpuSpeed.COLUMNS,
            speeds)
        .build();
  }

  private static List<Integer> sizes(String spec, Work work, boolean quick) {
    int size = quick ? QUICK_BATCH_SIZE : BATCH_SIZE.getOrDefault(spec, USUAL_BATCH_SIZE);
    // Each is compiled by itself, which on a processor takes longer than what is measured.
    return work == Work.TRAINING || quick ? List.of(size) : List.of(1, size);
  }
}
