package dev.tidemill.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a network costs, before it is trained: computed from its shapes alone. Activations are an
 * estimate of what an engine keeps that keeps each value once and only where going back needs it;
 * see the module's README for how far engines are from it.
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

  /** The input, all layers (a residual after what is in it) and the loss, in order. */
  public List<LayerCost> layers() {
    return walk.costs();
  }

  /** Of the forward pass of one sample; a step of training takes three times as many. */
  public long flops() {
    return layers().stream().mapToLong(LayerCost::flops).sum();
  }

  /** Learned values. */
  public long parameters() {
    return network.parameterCount();
  }

  /** Bytes that one sample's way forward leaves to be kept, without activation checkpointing. */
  public long activationBytes() {
    return layers().stream().mapToLong(LayerCost::activationBytes).sum();
  }

  /**
   * Memory that a step takes.
   *
   * @param batchSize samples; of these, as many are computed at once as the spec allows
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

  /** What is kept outside of blocks, and one block's, which is computed again when it is due. */
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
