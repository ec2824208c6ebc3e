package dev.tidemill.engine.dl4j.loss;

import dev.tidemill.engine.TargetSums;
import dev.tidemill.engine.dl4j.kernel.Signal;
import java.util.Arrays;

/**
 * {@code torch.nn.MSELoss}: the mean over the outputs of the squared difference from the targets.
 */
public final class MeanSquaredError extends Loss {
  private final int batch;
  private final int length;
  private final Signal outputs;
  private final float[] row;
  // Four sums for each target; empty if none are kept.
  private final double[] sums;

  public MeanSquaredError(int batch, int length, Signal outputs) {
    this.batch = batch;
    this.length = length;
    this.outputs = outputs;
    row = new float[length];
    sums = new double[TargetSums.length(length)];
  }

  @Override
  public void evaluate(Targets targets) {
    run(targets, false, 1);
  }

  @Override
  public void differentiate(Targets targets, double total) {
    run(targets, true, total);
  }

  @Override
  public void toPrediction(float[] prediction) {}

  @Override
  public void addTo(Comparison comparison) {
    comparison.addTargets(sums);
  }

  private void run(Targets targets, boolean withGradient, double total) {
    double sum = 0;
    Arrays.fill(sums, 0);
    for (int i = 0; i < batch; i++) {
      double weight = targets.weight(i);
      outputs.values().read(i * length, row, length);
      for (int k = 0; k < length; k++) {
        float value = targets.value(i, k);
        double difference = row[k] - value;
        if (sums.length > 0) {
          measure(k, difference, value);
        }
        sum += weight * difference * difference;
        row[k] = (float) (2 * weight * difference / (length * total));
      }
      if (withGradient) {
        outputs.requiredGradient().write(i * length, row, length);
      }
    }
    set(sum / length, 0);
  }

  private void measure(int target, double error, double value) {
    sums[target] += Math.abs(error);
    sums[length + target] += error * error;
    sums[2 * length + target] += value;
    sums[3 * length + target] += value * value;
  }
}
