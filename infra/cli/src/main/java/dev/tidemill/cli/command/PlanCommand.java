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
    header = "Estimate parameters, FLOPs and memory of a spec before you train it.",
    description = {
      "FLOPs count one sample's forward pass: 2 for each multiply-add of a convolution, a linear"
          + " or recurrent layer or attention, 0 for the rest. A training step takes three times"
          + " as many per sample.",
      "",
      "'Kept' is the FLOAT32 activation memory that one sample holds until its gradient is"
          + " computed. Engines differ; see infra/engine/README.md. The memory table is for one"
          + " step of each batch size. It respects the spec's micro_batch_size,"
          + " activation_checkpointing and state_dtype. A trainer also needs memory for its"
          + " libraries, and for two copies of parameters and optimizer state, for checkpoints.",
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
      description = "samples per step (default: ${DEFAULT-VALUE})")
  private List<Integer> batchSizes = List.of();

  @Option(
      names = "--json",
      description = "print one JSON object per line: layers, then batch sizes")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    for (int size : batchSizes) {
      if (size < 1) {
        throw new ParameterException(
            spec.commandLine(), "--batch-size must be at least 1, not " + size);
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
