package dev.tidemill.trainer;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.LossWeights;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TargetSums;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.TrainingCounters;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * A model that trains the layer fc, with weight [K, 4], bias [K] and their momentum buffers. It has
 * K classes, or one target. It keeps other tensors as they are.
 */
final class LinearModel implements TrainableModel {
  private final int classes;
  private final int parameters;
  private final float[] memory;
  // Where the weight begins, which the bias follows; and where their momentum buffers begin.
  private final int first;
  private final int firstBuffer;
  private final float[] gradient;
  private final double[] targets;
  private final int counted;
  private final long[] confusion;
  private final LossWeights weights;
  private final float learningRate;
  private final float momentum;
  private final LongConsumer beforeStep;
  private final Runnable beforeCopy;
  private long steps;
  private double factor = 1;
  private long samples;
  private double lossSum;
  private long correct;

  LinearModel(ModelState begin, LongConsumer beforeStep, Runnable beforeCopy) {
    OptimizerSpec.Sgd sgd = (OptimizerSpec.Sgd) begin.spec().optimizer();
    this.weights = new LossWeights(Network.of(begin.spec()));
    this.learningRate = (float) sgd.learningRate();
    this.momentum = (float) sgd.momentum();
    this.beforeStep = beforeStep;
    this.beforeCopy = beforeCopy;
    StateLayout layout = begin.layout();
    this.classes = layout.slice("fc.weight").shape().get(0);
    this.first = Math.toIntExact(layout.slice("fc.weight").offset());
    this.firstBuffer =
        Math.toIntExact(layout.slice("optimizer.momentum_buffer.fc.weight").offset());
    this.parameters = classes * (LinearEngine.FEATURES + 1);
    this.gradient = new float[parameters];
    Network network = Network.of(begin.spec());
    this.targets = new double[TargetSums.length(network)];
    this.counted = ConfusionCounts.classes(network);
    this.confusion = new long[counted * counted];
    this.memory = new float[Math.toIntExact(layout.length())];
    restore(begin);
  }

  @Override
  public void step(TensorBatch batch) {
    beforeStep.accept(steps);
    accumulate(batch, batch.size(), weights.sum(batch));
    applyAccumulated();
  }

  @Override
  public void accumulate(TensorBatch part, long all, double weight) {
    for (int s = 0; s < part.slices(); s++) {
      TensorBatch.Slice slice = part.slice(s);
      for (int i = slice.first(); i < slice.first() + slice.count(); i++) {
        float[] x = new float[LinearEngine.FEATURES];
        for (int f = 0; f < x.length; f++) {
          x[f] = slice.inputs().getFloat((i * x.length + f) * Float.BYTES);
        }
        if (targets.length > 0) {
          fit(x, slice.labels().getFloat(i * Float.BYTES), all);
          continue;
        }
        int label = slice.labels().getInt(i * Integer.BYTES);
        double loss = learn(x, label, slice.weight(i - slice.first()), weight);
        lossSum += loss * all / weight;
      }
    }
  }

  private void fit(float[] x, float value, long all) {
    double output = memory[first + x.length];
    for (int f = 0; f < x.length; f++) {
      output += memory[first + f] * (double) x[f];
    }
    double error = output - value;
    samples++;
    lossSum += error * error;
    double[] more = {Math.abs(error), error * error, value, (double) value * value};
    for (int i = 0; i < more.length; i++) {
      targets[i] += more[i];
    }
    float g = (float) (2 * error / all);
    for (int f = 0; f < x.length; f++) {
      gradient[f] += g * x[f];
    }
    gradient[x.length] += g;
  }

  /** Adds a sample's gradient, and returns its weighted loss. */
  private double learn(float[] x, int label, double own, double weight) {
    double[] p = new double[classes];
    double sum = 0;
    int best = 0;
    for (int c = 0; c < p.length; c++) {
      double logit = memory[first + classes * x.length + c];
      for (int f = 0; f < x.length; f++) {
        logit += memory[first + c * x.length + f] * (double) x[f];
      }
      p[c] = StrictMath.exp(logit);
      sum += p[c];
      best = p[c] > p[best] ? c : best;
    }
    samples++;
    correct += best == label ? 1 : 0;
    confusion[label * classes + best]++;
    for (int c = 0; c < p.length; c++) {
      float g = (float) ((p[c] / sum - (c == label ? 1 : 0)) * own / weight);
      for (int f = 0; f < x.length; f++) {
        gradient[c * x.length + f] += g * x[f];
      }
      gradient[classes * x.length + c] += g;
    }
    return -StrictMath.log(p[label] / sum) * own;
  }

  @Override
  public void applyAccumulated() {
    for (int i = 0; i < parameters; i++) {
      float velocity = momentum * memory[firstBuffer + i] + gradient[i];
      memory[firstBuffer + i] = velocity;
      memory[first + i] -= (float) learningRate() * velocity;
      gradient[i] = 0;
    }
    steps++;
  }

  @Override
  public void drainMetrics(StepMetrics into) {
    into.set(samples, lossSum, correct, TargetSums.of(targets));
    Arrays.fill(targets, 0);
    samples = 0;
    lossSum = 0;
    correct = 0;
  }

  @Override
  public ConfusionCounts drainConfusion() {
    ConfusionCounts drained = ConfusionCounts.of(counted, confusion);
    Arrays.fill(confusion, 0);
    return drained;
  }

  @Override
  public void evaluate(TensorBatch batch, StepMetrics into) {
    throw new UnsupportedOperationException("this test model cannot evaluate");
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public double learningRate() {
    return learningRate * factor;
  }

  @Override
  public void learningRateFactor(double by) {
    factor = by;
  }

  @Override
  public PendingSnapshot beginSnapshot(ModelState into) {
    TrainingCounters was = into.counters();
    into.counters(TrainingCounters.initial(was.seed()).withSteps(steps));
    // Copy as late as possible, so that a state that is read too early holds older values.
    float[] now = memory.clone();
    return () -> {
      beforeCopy.run();
      into.data().asFloatBuffer().put(now);
    };
  }

  @Override
  public void restore(ModelState from) {
    FloatBuffer data = from.data().asFloatBuffer();
    data.get(memory);
    steps = from.counters().steps();
  }

  @Override
  public void close() {}
}
