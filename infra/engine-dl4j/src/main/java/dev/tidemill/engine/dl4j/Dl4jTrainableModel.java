package dev.tidemill.engine.dl4j;

import static org.bytedeco.openblas.global.openblas_nolapack.cblas_saxpy;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.TrainingCounters;

/** A model that learns on this thread: flat state, the gradient beside it, plans over both. */
final class Dl4jTrainableModel implements TrainableModel {
  private final ModelSpec spec;
  private final StateMemory state;
  private final FlatMemory gradients;
  private final FlatMemory accumulated;
  private final Plans plans;
  private final int largestLearningPart;
  private final Optimizer optimizer;
  private final GradientClip clip;
  private final TrainingPass pass = new TrainingPass();
  private final Parts parts = new Parts();
  private long seed;
  private long steps;
  private long accumulatedSamples;
  private long samples;
  private double lossSum;
  private long correct;
  private boolean closed;

  Dl4jTrainableModel(ModelState begin) {
    spec = begin.spec();
    Network network = Network.of(spec);
    state = StateMemory.copy(begin);
    long length = network.parameterCount();
    gradients = new FlatMemory(length);
    accumulated = new FlatMemory(length);
    plans = new Plans(network, new Parameters(state.memory(), gradients));
    largestLearningPart = plans.largestLearningPart();
    optimizer = spec.optimizer().accept(new OptimizerBuilder(network, state.memory()));
    clip = new GradientClip(spec.training().maxGradNorm().orElse(Double.POSITIVE_INFINITY));
    seed = begin.counters().seed();
    steps = begin.counters().steps();
    if (spec.training().batchSize() <= largestLearningPart && !spec.training().fullBatch()) {
      plans.of(spec.training().batchSize());
    }
  }

  @Override
  public void step(TensorBatch batch) {
    requireSamples(batch);
    if (accumulatedSamples > 0) {
      throw new IllegalStateException(
          "a step while the gradient of " + accumulatedSamples + " samples waits to be applied");
    }
    if (batch.size() > largestLearningPart) {
      accumulate(batch, batch.size());
      applyAccumulated();
    } else {
      learn(batch, batch.size());
      update(gradients.all());
    }
  }

  @Override
  public void accumulate(TensorBatch batch, long total) {
    requireSamples(batch);
    parts.begin(batch, largestLearningPart);
    while (parts.next()) {
      learn(parts.part(), total);
      if (accumulatedSamples == 0) {
        accumulated.all().copyFrom(gradients.all());
      } else {
        cblas_saxpy(
            gradients.length(), 1, gradients.all().pointer(), 1, accumulated.all().pointer(), 1);
      }
      accumulatedSamples += parts.part().size();
    }
  }

  @Override
  public void applyAccumulated() {
    requireOpen();
    if (accumulatedSamples == 0) {
      throw new IllegalStateException("no gradient was accumulated that could be applied");
    }
    accumulatedSamples = 0;
    update(accumulated.all());
  }

  private void learn(TensorBatch batch, long total) {
    NativeLibraries.limitThreads();
    Plan plan = plans.of(batch.size());
    pass.moveTo(seed, steps, accumulatedSamples);
    plan.learn(batch, pass, (double) total);
    samples += batch.size();
    lossSum += plan.loss().lossSum();
    correct += plan.loss().correct();
  }

  private void update(Floats gradient) {
    optimizer.apply(gradient, clip.scale(gradient), learningRate(), steps);
    steps++;
  }

  @Override
  public void drainMetrics(StepMetrics into) {
    into.set(samples, lossSum, correct);
    samples = 0;
    lossSum = 0;
    correct = 0;
  }

  @Override
  public void evaluate(TensorBatch batch, StepMetrics into) {
    requireOpen();
    NativeLibraries.limitThreads();
    double sum = 0;
    long right = 0;
    parts.begin(batch, plans.largestPart());
    while (parts.next()) {
      Plan plan = plans.of(parts.part().size());
      plan.measure(parts.part());
      sum += plan.loss().lossSum();
      right += plan.loss().correct();
    }
    into.set(batch.size(), sum, right);
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public double learningRate() {
    return spec.schedule().learningRate(spec.optimizer().learningRate(), steps);
  }

  @Override
  public void snapshot(ModelState into) {
    requireOpen();
    state.write(into);
    TrainingCounters c = into.counters();
    into.counters(
        new TrainingCounters(
            steps,
            c.samples(),
            c.seed(),
            c.epochLossSum(),
            c.epochSamples(),
            c.epochCorrect(),
            c.bestEpochLoss(),
            c.epochsWithoutImprovement()));
  }

  @Override
  public void restore(ModelState from) {
    requireOpen();
    state.read(from);
    seed = from.counters().seed();
    steps = from.counters().steps();
    accumulatedSamples = 0;
    samples = 0;
    lossSum = 0;
    correct = 0;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      plans.close();
      accumulated.close();
      gradients.close();
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
