package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import dev.tidemill.engine.dl4j.loss.Loss;
import dev.tidemill.engine.dl4j.memory.FlatMemory;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.StateMemory;

/** What one thread computes shards with: plans, and a gradient of its own that they write to. */
final class ShardWorker implements AutoCloseable {
  private final FlatMemory gradients;
  private final Plans plans;
  private final TrainingPass pass = new TrainingPass();
  private final BatchPart part = new BatchPart();

  ShardWorker(Network network, StateMemory state) {
    gradients = new FlatMemory(network.parameterCount());
    plans = new Plans(network, new Parameters(state.memory(), gradients));
  }

  /** That of the last samples learned from. */
  Floats gradient() {
    return gradients.all();
  }

  /** Its plan for a batch size. */
  Plan plan(int batch) {
    return plans.of(batch);
  }

  /**
   * Replaces the gradient by that of some samples' losses divided by {@code total}.
   *
   * @param first sample within the batch
   * @param whole where the batch stands in the run
   * @return their loss, until the next call
   */
  Loss learn(TensorBatch batch, int first, int count, TrainingPass whole, double total) {
    Plan plan = plans.of(count);
    pass.moveTo(whole.seed(), whole.step(), whole.firstSample() + first);
    try {
      plan.learn(count == batch.size() ? batch : part.of(batch, first, count), pass, total);
    } finally {
      part.clear();
    }
    return plan.loss();
  }

  /** The loss of some samples as an answer would have it. */
  Loss measure(TensorBatch batch, int first, int count) {
    Plan plan = plans.of(count);
    try {
      plan.measure(part.of(batch, first, count));
    } finally {
      part.clear();
    }
    return plan.loss();
  }

  @Override
  public void close() {
    plans.close();
    gradients.close();
  }
}
