package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TensorBatch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that answers: its own copy of the parameters and plans without gradients, of batch sizes
 * that double up to the largest, so that a call of any size wastes less than half of one.
 */
final class Dl4jServableModel implements ServableModel {
  private final Network network;
  private final int maxBatchSize;
  private final StateMemory state;
  private final List<Plan> plans = new ArrayList<>();

  Dl4jServableModel(ModelState state, int maxBatchSize) {
    if (maxBatchSize < 1) {
      throw new IllegalArgumentException("a largest batch of " + maxBatchSize + " samples");
    }
    network = Network.of(state.spec());
    this.maxBatchSize = maxBatchSize;
    this.state = StateMemory.copyForAnswers(state);
    Parameters parameters = new Parameters(this.state.memory(), null);
    for (int size = 1; size < maxBatchSize; size *= 2) {
      plans.add(PlanBuilder.plan(network, parameters, size));
    }
    plans.add(PlanBuilder.plan(network, parameters, maxBatchSize));
  }

  @Override
  public int maxBatchSize() {
    return maxBatchSize;
  }

  @Override
  public int outputLength() {
    return network.outputLength();
  }

  @Override
  public void predict(TensorBatch batch, FloatBuffer outputs) {
    state.requireOpen();
    NativeLibraries.limitThreads();
    planFor(batch.size()).answer(batch, outputs);
  }

  private Plan planFor(int size) {
    for (int i = 0; i < plans.size(); i++) {
      if (size <= plans.get(i).batchSize()) {
        return plans.get(i);
      }
    }
    throw new IllegalArgumentException(
        "a batch of " + size + " samples where at most " + maxBatchSize + " were planned for");
  }

  @Override
  public void swap(ModelState newer) {
    state.read(newer);
  }

  @Override
  public void close() {
    plans.forEach(Plan::close);
    plans.clear();
    state.close();
  }
}
