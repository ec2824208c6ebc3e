package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.dl4j.memory.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * A least-recently-used cache of one thread's plans by batch size: the spec's batch size and those
 * of remainders. The plans share their memory.
 */
final class PlanCache implements AutoCloseable {
  private static final int CAPACITY = 8;

  private final Network network;
  private final Parameters parameters;
  // The most recently used plan is last.
  private final List<Plan> plans = new ArrayList<>(CAPACITY + 1);
  private final Region region = new Region();
  private int largest;

  PlanCache(Network network, Parameters parameters) {
    this.network = network;
    this.parameters = parameters;
  }

  /** Returns the plan for a batch size; builds it if necessary. */
  Plan get(int batch) {
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
    if (plans.size() == CAPACITY) {
      plans.remove(0).close();
    }
    if (batch > largest) {
      // Rebuild the region around the largest plan, so it has no chunk that is too small.
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
