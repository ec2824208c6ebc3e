package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import dev.tidemill.engine.dl4j.loss.Loss;
import dev.tidemill.engine.dl4j.memory.FlatMemory;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.StateMemory;

/** Computes shards on one thread, with its own plans and gradient memory. */
final class ShardWorker implements AutoCloseable {
  private final FlatMemory gradients;
  private final PlanCache plans;
  private final TrainingPass pass = new TrainingPass();
  private final BatchPart part = new BatchPart();

  ShardWorker(Network network, StateMemory state) {
    gradients = new FlatMemory(network.parameterCount());
    plans = new PlanCache(network, new Parameters(state.memory(), gradients));
  }

  /** Returns the gradient of the latest {@link #train}. */
  Floats gradient() {
    return gradients.all();
  }

  /** Returns this worker's plan for a batch size. */
  Plan plan(int batch) {
    return plans.get(batch);
  }

  /**
   * Computes the gradient of some samples' weighted sum of losses, divided by {@code total}.
   *
   * @param first first sample within the batch
   * @param batchPass position of the batch in the run
   * @return the samples' loss, valid until the next call
   */
  Loss train(TensorBatch batch, int first, int count, TrainingPass batchPass, double total) {
    Plan plan = plans.get(count);
    pass.moveTo(batchPass.seed(), batchPass.step(), batchPass.firstSample() + first);
    try {
      plan.train(count == batch.size() ? batch : part.of(batch, first, count), pass, total);
    } finally {
      part.clear();
    }
    return plan.loss();
  }

  /** Computes the loss of some samples in inference mode. */
  Loss evaluate(TensorBatch batch, int first, int count) {
    Plan plan = plans.get(count);
    try {
      plan.evaluate(part.of(batch, first, count));
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
