package dev.tidemill.benchmarks.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an engine holds of the machine's memory: step after step, and beside what was planned. */
public final class Memory implements Benchmark {
  private static final List<Integer> STEPS = List.of(1_000, 10_000, 100_000);

  /** All of it held from the start, so that what grows is native. */
  private static final List<String> HEAP = List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch");

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String about() {
    return "an engine's resident memory over 100,000 steps, and beside what tidemill plan tells";
  }

  @Override
  public Report run(BenchContext context) throws IOException {
    Report.Builder report = Report.of(this);
    List<Integer> steps = STEPS.stream().map(n -> context.quick() ? n / 50 : n).toList();
    PlannedMemory planned = new PlannedMemory(context, report);
    List<List<Cell>> held = new ArrayList<>();
    List<List<Cell>> checked = new ArrayList<>();
    for (String spec : context.specs(Comparison.usual(context))) {
      Path folder = context.folder("network");
      ComparedNetwork network = ComparedNetwork.of(spec);
      network.write(folder);
      held.add(held(network, folder, steps, context, report));
      checked.add(planned.row(network, folder));
    }
    List<String> columns = new ArrayList<>(List.of("network"));
    steps.forEach(n -> columns.add("after %,d steps".formatted(n)));
    columns.add("last ÷ first");
    return report
        .table("Resident memory of a process that trains, B = 1", columns, held)
        .table("Memory of larger batches, above that of B = 1", PlannedMemory.COLUMNS, checked)
        .note("Each 500 steps a snapshot is taken, as a trainer does for a checkpoint.")
        .note(
            "Planned is what `tidemill plan` tells; measured is how far two processes that differ in the"
                + " batch size alone lie apart behind five steps: what a step has used stays with a"
                + " process (libtorch's by the launcher's settings of malloc), files are not counted.")
        .build();
  }

  private static List<Cell> held(
      ComparedNetwork network,
      Path folder,
      List<Integer> steps,
      BenchContext context,
      Report.Builder report) {
    String name = network.begin().spec().name();
    List<Cell> row = new ArrayList<>(List.of(Cell.of(name)));
    try (Alternation alternation = Alternation.start(List.of(launch(folder, context)))) {
      report.versions(alternation.versions());
      List<Double> resident = new ArrayList<>();
      int done = 0;
      for (int until : steps) {
        context.say("%s, to step %,d".formatted(name, until));
        JsonNode told = alternation.ask(Peers.OURS, Map.of("steps", until - done, "batch", 1));
        double bytes = told.path("resident").asDouble();
        resident.add(bytes);
        row.add(Cell.of(Figure.once(bytes / ProcessMemory.MEGABYTE, "MB")));
        done = until;
      }
      Figure growth = Figure.once(resident.get(resident.size() - 1) / resident.get(0), "×");
      row.add(Cell.of(growth));
      report.target(
          Target.atMost(
              1.05,
              "%s: resident after %,d steps ÷ after %,d".formatted(name, done, steps.get(0)),
              Optional.of(growth)));
    }
    return row;
  }

  /** A process that trains. */
  static Launch launch(Path folder, BenchContext context) {
    EngineChoice choice =
        new EngineChoice(context.engine(), context.device(), context.precision("float32"));
    return context
        .java()
        .launch(Peers.OURS, HEAP, EngineTraining.class.getName(), choice.behind(folder.toString()))
        .withEnvironment(Peers.ONE_THREAD);
  }
}
