package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * A learning model's plans, one a batch size: the spec's, and those of remainders. The one that was
 * not used for longest goes when there are too many.
 */
final class Plans implements AutoCloseable {
  private static final int MOST = 8;
  private static final int LARGEST_PART = 256;
  private static final long LARGEST_BYTES = 256L << 20;

  private final Network network;
  private final Parameters parameters;
  private final int largestPart;
  // The last used one last.
  private final List<Plan> plans = new ArrayList<>(MOST + 1);

  Plans(Network network, Parameters parameters) {
    this.network = network;
    this.parameters = parameters;
    long floats = network.layers().get(0).inputLength();
    for (Network.Layer layer : network.layers()) {
      floats += 2L * layer.outputLength();
    }
    largestPart = (int) Math.max(1, Math.min(LARGEST_PART, LARGEST_BYTES / (floats * Float.BYTES)));
  }

  /**
   * Samples that one plan takes, so that memory stays bounded: larger batches are computed in
   * parts.
   */
  int largestPart() {
    return largestPart;
  }

  /** The same for learning: batch normalisation needs to see a batch as a whole. */
  int largestLearningPart() {
    boolean whole =
        network.layers().stream()
            .map(Network.Layer::spec)
            .anyMatch(
                l -> l instanceof LayerSpec.BatchNorm1d || l instanceof LayerSpec.BatchNorm2d);
    return whole ? Integer.MAX_VALUE : largestPart;
  }

  /** The plan for a batch size, made if it is not there. */
  Plan of(int batch) {
    for (int i = plans.size() - 1; i >= 0; i--) {
      Plan plan = plans.get(i);
      if (plan.batchSize() == batch) {
        if (i < plans.size() - 1) {
          plans.remove(i);
          plans.add(plan);
        }
        return plan;
      }
    }
    if (plans.size() == MOST) {
      plans.remove(0).close();
    }
    Plan plan = PlanBuilder.plan(network, parameters, batch);
    plans.add(plan);
    return plan;
  }

  @Override
  public void close() {
    plans.forEach(Plan::close);
    plans.clear();
  }
}
