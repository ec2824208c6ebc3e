package dev.tidemill.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Estimates the parameters, FLOPs and memory of a network from its shapes alone. The estimate of
 * activations assumes an engine that saves each value once, and only if the backward pass needs it.
 * The module's README says how close the engines are.
 */
public final class NetworkCost {
  private final Network network;
  private final CostWalk walk;

  private NetworkCost(Network network) {
    this.network = network;
    this.walk = new CostWalk(network);
  }

  public static NetworkCost of(Network network) {
    return new NetworkCost(network);
  }

  /** The costs of the input, all layers and the loss, in order. A residual follows its layers. */
  public List<LayerCost> layers() {
    return walk.costs();
  }

  /** FLOPs of the forward pass of one sample. A training step takes three times as many. */
  public long flops() {
    return layers().stream().mapToLong(LayerCost::flops).sum();
  }

  /** Number of learned values. */
  public long parameters() {
    return network.parameterCount();
  }

  /** Activation bytes saved per sample, without activation checkpointing. */
  public long activationBytes() {
    return layers().stream().mapToLong(LayerCost::activationBytes).sum();
  }

  /**
   * Estimates the memory of a training step.
   *
   * @param batchSize samples per step; the spec may split it into micro-batches
   */
  public MemoryNeed memory(int batchSize) {
    ModelSpec spec = network.spec();
    StateLayout layout = network.stateLayout();
    int atOnce = spec.training().atOnce(batchSize);
    long model = layout.parameterLength() + layout.lengthOf(StateLayout.Kind.BUFFER);
    long optimizer = layout.lengthOf(StateLayout.Kind.OPTIMIZER);
    long sample =
        spec.training().activationCheckpointing() ? checkpointedBytes() : activationBytes();
    return new MemoryNeed(
        batchSize,
        atOnce,
        model * Float.BYTES,
        layout.parameterLength() * Float.BYTES,
        optimizer * spec.optimizer().stateType().bytes(),
        atOnce * (sample + walk.largestGradients() * Float.BYTES));
  }

  /** Activations outside of blocks, plus those of the largest block, which is recomputed. */
  private long checkpointedBytes() {
    long outside = 0;
    Map<String, Long> blocks = new HashMap<>();
    for (LayerCost cost : layers()) {
      String block = cost.block();
      if (block == null) {
        outside += cost.activationBytes();
      } else {
        blocks.merge(block, cost.activationBytes(), Long::sum);
      }
    }
    return outside + blocks.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
