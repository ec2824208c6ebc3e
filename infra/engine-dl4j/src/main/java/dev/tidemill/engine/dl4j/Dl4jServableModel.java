package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.dl4j.memory.Region;
import dev.tidemill.engine.dl4j.memory.StateMemory;
import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import dev.tidemill.engine.dl4j.plan.BatchPart;
import dev.tidemill.engine.dl4j.plan.Parameters;
import dev.tidemill.engine.dl4j.plan.Plan;
import dev.tidemill.engine.dl4j.plan.PlanBuilder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A model for inference. It holds plans without gradients, at batch sizes that double up to the
 * maximum. It splits a call into full batches, and a last batch that is at least three quarters
 * full. Each model has its own plans; several models may share parameters.
 */
final class Dl4jServableModel implements ServableModel {
  private static final double MIN_FILL = 0.75;

  private final Network network;
  private final int maxBatchSize;
  private final StateMemory state;
  private final Region region = new Region();
  private final BatchPart part = new BatchPart();
  // Sorted by batch size, ascending.
  private final List<Plan> plans = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Creates a model with its own copy of the parameters. */
  Dl4jServableModel(ModelState state, int maxBatchSize) {
    this(
        Network.of(state.spec()),
        requirePositive(maxBatchSize),
        StateMemory.copyForInference(state));
  }

  private Dl4jServableModel(Network network, int maxBatchSize, StateMemory state) {
    this.network = network;
    this.maxBatchSize = maxBatchSize;
    this.state = state;
    try {
      makePlans();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void makePlans() {
    Parameters parameters = new Parameters(state.memory(), null);
    // The largest plan sizes the shared memory for the others.
    plans.add(PlanBuilder.plan(network, parameters, maxBatchSize, region));
    for (int size = Integer.highestOneBit(maxBatchSize - 1); size > 0; size /= 2) {
      plans.add(0, PlanBuilder.plan(network, parameters, size, region));
    }
  }

  private static int requirePositive(int maxBatchSize) {
    if (maxBatchSize < 1) {
      throw new IllegalArgumentException("maxBatchSize must be at least 1, got " + maxBatchSize);
    }
    return maxBatchSize;
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
    requireOpen();
    if (batch.size() > maxBatchSize) {
      throw new IllegalArgumentException(
          "a batch of "
              + batch.size()
              + " samples where at most "
              + maxBatchSize
              + " were planned for");
    }
    NativeLibraries.limitThreads();
    try {
      predictInParts(batch, outputs);
    } finally {
      part.clear();
    }
  }

  private void predictInParts(TensorBatch batch, FloatBuffer outputs) {
    int first = 0;
    while (first < batch.size()) {
      Plan plan = planFor(batch.size() - first);
      int count = Math.min(plan.batchSize(), batch.size() - first);
      plan.predict(count == batch.size() ? batch : part.of(batch, first, count), outputs);
      first += count;
    }
  }

  /**
   * Returns the next larger plan if the samples nearly fill it, else the largest that they fill.
   */
  private Plan planFor(int samples) {
    int larger = 0;
    while (plans.get(larger).batchSize() < samples) {
      larger++;
    }
    boolean nearlyFull = samples > MIN_FILL * plans.get(larger).batchSize();
    return plans.get(nearlyFull ? larger : larger - 1);
  }

  @Override
  public void swap(ModelState newer) {
    requireOpen();
    state.read(newer);
  }

  @Override
  public synchronized ServableModel share() {
    requireOpen();
    return new Dl4jServableModel(network, maxBatchSize, state.shared());
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the model has been closed");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed.getAndSet(true)) {
      plans.forEach(Plan::close);
      plans.clear();
      region.close();
      state.close();
    }
  }
}
