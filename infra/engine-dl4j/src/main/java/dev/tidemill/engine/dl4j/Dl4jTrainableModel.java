package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.LossWeights;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TargetSums;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.StateMemory;
import dev.tidemill.engine.dl4j.optimizer.GradientClip;
import dev.tidemill.engine.dl4j.optimizer.Optimizer;
import dev.tidemill.engine.dl4j.optimizer.OptimizerBuilder;
import dev.tidemill.engine.dl4j.plan.ShardedGradient;
import dev.tidemill.engine.dl4j.plan.ThreadChoice;
import java.util.Arrays;

/** A model for training: flat state, its gradient, and the optimizer that applies it. */
final class Dl4jTrainableModel implements TrainableModel {
  private final ModelSpec spec;
  private final StateMemory state;
  private final ShardedGradient gradient;
  private final Optimizer optimizer;
  private final GradientClip clip;
  private final LossWeights weights;
  private final TrainingPass pass = new TrainingPass();
  private final StepMetrics metrics = new StepMetrics();
  private final double[] targets;
  private final int classes;
  private final long[] confusion;
  private long seed;
  private long steps;
  private double factor = 1;
  private long accumulatedSamples;
  private boolean closed;

  /**
   * @param threads 0 to choose the number by measurement
   */
  Dl4jTrainableModel(ModelState initialState, int threads) {
    spec = initialState.spec();
    Network network = Network.of(spec);
    state = StateMemory.copy(initialState);
    weights = new LossWeights(network);
    gradient = new ShardedGradient(network, state);
    targets = new double[TargetSums.length(network)];
    classes = ConfusionCounts.classes(network);
    confusion = new long[classes * classes];
    optimizer = spec.optimizer().accept(new OptimizerBuilder(network, state.memory()));
    clip = new GradientClip(spec.training().maxGradNorm().orElse(Double.POSITIVE_INFINITY));
    seed = initialState.counters().seed();
    steps = initialState.counters().steps();
    gradient.threads(threads == 0 ? new ThreadChoice(gradient, network).best() : threads);
    gradient.prepare(spec.training().batchSize());
  }

  @Override
  public void step(TensorBatch batch) {
    requireSamples(batch);
    if (accumulatedSamples > 0) {
      throw new IllegalStateException(
          "a step while the gradient of " + accumulatedSamples + " samples waits to be applied");
    }
    pass.moveTo(seed, steps, 0);
    double weight = weights.sum(batch);
    Floats batchGradient = gradient.of(batch, pass, weight);
    addMetrics(batch.size() / weight);
    update(batchGradient);
  }

  @Override
  public void accumulate(TensorBatch batch, long samples, double weight) {
    requireSamples(batch);
    pass.moveTo(seed, steps, accumulatedSamples);
    // A failure below discards the accumulated gradient.
    accumulatedSamples = 0;
    gradient.add(batch, pass, weight);
    addMetrics(samples / weight);
    accumulatedSamples = pass.firstSample() + batch.size();
  }

  @Override
  public void applyAccumulated() {
    requireOpen();
    if (accumulatedSamples == 0) {
      throw new IllegalStateException("no gradient to apply; call accumulate first");
    }
    accumulatedSamples = 0;
    update(gradient.sum());
  }

  /**
   * Adds the metrics of the latest gradient.
   *
   * @param perWeight samples of the whole batch for each unit of its weight; 1 without weights
   */
  private void addMetrics(double perWeight) {
    StepMetrics latest = gradient.metrics();
    metrics.set(
        metrics.samples() + latest.samples(),
        metrics.lossSum() + latest.lossSum() * perWeight,
        metrics.correct() + latest.correct(),
        TargetSums.NONE);
    gradient.comparison().addTo(targets, confusion);
  }

  private void update(Floats batchGradient) {
    optimizer.apply(batchGradient, clip.scale(batchGradient), learningRate(), steps);
    steps++;
  }

  @Override
  public void drainMetrics(StepMetrics into) {
    into.set(metrics.samples(), metrics.lossSum(), metrics.correct(), TargetSums.of(targets));
    clearMetrics();
  }

  private void clearMetrics() {
    metrics.set(0, 0, 0, TargetSums.NONE);
    Arrays.fill(targets, 0);
  }

  @Override
  public ConfusionCounts drainConfusion() {
    ConfusionCounts drained = ConfusionCounts.of(classes, confusion);
    Arrays.fill(confusion, 0);
    return drained;
  }

  @Override
  public void evaluate(TensorBatch batch, StepMetrics into) {
    requireOpen();
    gradient.evaluate(batch, into);
    double perWeight = batch.size() / weights.sum(batch);
    into.set(into.samples(), into.lossSum() * perWeight, into.correct(), into.targets());
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public double learningRate() {
    return factor * spec.schedule().learningRate(spec.optimizer().learningRate(), steps);
  }

  @Override
  public void learningRateFactor(double factor) {
    this.factor = factor;
  }

  @Override
  public PendingSnapshot beginSnapshot(ModelState into) {
    requireOpen();
    state.write(into);
    into.counters(into.counters().withSteps(steps));
    return PendingSnapshot.DONE;
  }

  @Override
  public void restore(ModelState from) {
    requireOpen();
    state.read(from);
    seed = from.counters().seed();
    steps = from.counters().steps();
    accumulatedSamples = 0;
    clearMetrics();
    Arrays.fill(confusion, 0);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      gradient.close();
      state.close();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the model has been closed");
    }
  }

  private void requireSamples(TensorBatch batch) {
    requireOpen();
    if (batch.size() == 0) {
      throw new IllegalArgumentException("a batch without samples");
    }
  }
}
