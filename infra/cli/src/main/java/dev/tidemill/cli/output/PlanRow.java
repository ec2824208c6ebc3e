package dev.tidemill.cli.output;

import dev.tidemill.engine.LayerCost;
import dev.tidemill.engine.MemoryNeed;
import dev.tidemill.engine.NetworkCost;

/** Builds the rows of {@code plan}: the cost of a layer, the memory of a batch size. */
public final class PlanRow {
  private PlanRow() {}

  public static ResultRow forJson(LayerCost layer) {
    return new ResultRow()
        .with("layer", layer.name())
        .with("type", layer.type())
        .with("output", layer.outputShape())
        .with("parameters", layer.parameters())
        .with("flops", layer.flops())
        .with("kept_bytes", layer.activationBytes());
  }

  public static ResultRow forTable(LayerCost layer) {
    return row(
        layer.name(),
        layer.type(),
        layer.outputShape().isEmpty() ? "" : layer.outputShape().toString(),
        layer.parameters(),
        layer.flops(),
        layer.activationBytes());
  }

  public static ResultRow total(NetworkCost cost) {
    return row("all", "", "", cost.parameters(), cost.flops(), cost.activationBytes());
  }

  private static ResultRow row(
      String layer, String type, String output, long parameters, long flops, long kept) {
    return new ResultRow()
        .with("layer", layer)
        .with("type", type)
        .with("output", output)
        .with("parameters", Amount.of(parameters))
        .with("FLOPs", Amount.of(flops))
        .with("kept", Amount.ofBytes(kept));
  }

  public static ResultRow forJson(MemoryNeed need) {
    return new ResultRow()
        .with("batch_size", need.batchSize())
        .with("at_once", need.atOnce())
        .with("parameter_bytes", need.parameters())
        .with("gradient_bytes", need.gradients())
        .with("optimizer_bytes", need.optimizer())
        .with("activation_bytes", need.activations())
        .with("total_bytes", need.total());
  }

  public static ResultRow forTable(MemoryNeed need) {
    return new ResultRow()
        .with("batch_size", need.batchSize())
        .with("at_once", need.atOnce())
        .with("parameters", Amount.ofBytes(need.parameters()))
        .with("gradients", Amount.ofBytes(need.gradients()))
        .with("optimizer", Amount.ofBytes(need.optimizer()))
        .with("activations", Amount.ofBytes(need.activations()))
        .with("total", Amount.ofBytes(need.total()));
  }
}
