package dev.tidemill.cli.command;

import dev.tidemill.cli.output.PlanRow;
import dev.tidemill.cli.output.ResultRow;
import dev.tidemill.cli.output.Table;
import dev.tidemill.engine.LayerCost;
import dev.tidemill.engine.MemoryNeed;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.NetworkCost;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    header = "What a spec costs before it is trained: parameters, FLOPs, memory.",
    description = {
      "FLOPs are those of one sample's way forward: 2 for each multiply-add of a convolution, a"
          + " linear or a recurrent layer or attention, and nothing for the rest. A step of"
          + " training takes three times as many for each sample.",
      "",
      "Kept is what one sample leaves in memory until its gradient is computed, in FLOAT32."
          + " Engines differ: infra/engine/README.md says by how much. Memory is that of a step of"
          + " so many samples, with the spec's micro_batch_size, activation_checkpointing and"
          + " state_dtype. A trainer holds besides two copies of parameters and optimizer state,"
          + " for checkpoints, and the libraries.",
      ""
    },
    footer = {"", "Example:", "  tidemill plan --spec transformer --batch-size 32,256"})
final class PlanCommand implements Runnable {
  @Option(
      names = "--spec",
      paramLabel = "NAME|FILE",
      defaultValue = "lenet",
      description = "a built-in spec or a YAML file (default: ${DEFAULT-VALUE})")
  private String name = "lenet";

  @Option(
      names = "--batch-size",
      paramLabel = "N[,N...]",
      split = ",",
      hideParamSyntax = true,
      defaultValue = "1,8,32,128,512",
      description = "samples of a step (default: ${DEFAULT-VALUE})")
  private List<Integer> batchSizes = List.of();

  @Option(names = "--json", description = "one object a line: layers, then batch sizes")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    for (int size : batchSizes) {
      if (size < 1) {
        throw new ParameterException(
            spec.commandLine(), "--batch-size needs numbers of at least 1, got " + size);
      }
    }
    ModelSpec model = ModelSpec.load(name);
    NetworkCost cost = NetworkCost.of(Network.of(model));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      cost.layers().forEach(layer -> out.println(PlanRow.forJson(layer).toJson()));
      batchSizes.forEach(size -> out.println(PlanRow.forJson(cost.memory(size)).toJson()));
    } else {
      print(out, model, cost);
    }
    out.flush();
  }

  private void print(PrintWriter out, ModelSpec model, NetworkCost cost) {
    List<ResultRow> layers = new ArrayList<>();
    for (LayerCost layer : cost.layers()) {
      layers.add(PlanRow.forTable(layer));
    }
    layers.add(PlanRow.total(cost));
    Table.print(out, layers);
    out.println();
    List<ResultRow> memory = new ArrayList<>();
    for (int size : batchSizes) {
      MemoryNeed need = cost.memory(size);
      memory.add(PlanRow.forTable(need));
    }
    out.println("Memory of a step, optimizer " + model.optimizer().type() + ":");
    Table.print(out, memory);
  }
}
