package dev.tidemill.engine.dl4j.loss;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TargetSums;
import java.util.Arrays;

/**
 * What the outputs of a batch are, compared with its labels: the sums of {@link TargetSums}, or
 * which class was predicted for which. Allocates only when a batch is larger than all before.
 */
public final class Comparison {
  private final double[] targets;
  private int[] cells = {};
  private int used;

  public Comparison(Network network) {
    targets = new double[TargetSums.length(network)];
  }

  public void clear() {
    Arrays.fill(targets, 0);
    used = 0;
  }

  void addTargets(double[] sums) {
    for (int i = 0; i < targets.length; i++) {
      targets[i] += sums[i];
    }
  }

  /**
   * @param more one index of {@link ConfusionCounts#toArray} for each label
   */
  void addCells(int[] more, int count) {
    if (used + count > cells.length) {
      cells = Arrays.copyOf(cells, used + count);
    }
    System.arraycopy(more, 0, cells, used, count);
    used += count;
  }

  /** Returns the errors of a regression. */
  public TargetSums targets() {
    return TargetSums.of(targets);
  }

  /** Adds this comparison to totals, which are as long as the network needs. */
  public void addTo(double[] ofTargets, long[] confusion) {
    for (int i = 0; i < targets.length; i++) {
      ofTargets[i] += targets[i];
    }
    for (int i = 0; i < used; i++) {
      confusion[cells[i]]++;
    }
  }
}
