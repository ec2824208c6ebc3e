package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.dl4j.memory.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans of one thread, one a batch size: the spec's, and those of remainders. They share their
 * memory; the one that was not used for longest goes when there are too many.
 */
final class Plans implements AutoCloseable {
  private static final int MOST = 8;

  private final Network network;
  private final Parameters parameters;
  // The last used one last.
  private final List<Plan> plans = new ArrayList<>(MOST + 1);
  private final Region region = new Region();
  private int largest;

  Plans(Network network, Parameters parameters) {
    this.network = network;
    this.parameters = parameters;
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
    if (batch > largest) {
      // The region begins anew with it, so that it holds nothing that is too small for it.
      close();
      largest = batch;
    }
    Plan plan = PlanBuilder.plan(network, parameters, batch, region);
    plans.add(plan);
    return plan;
  }

  @Override
  public void close() {
    plans.forEach(Plan::close);
    plans.clear();
    region.close();
  }
}
