package dev.tidemill.engine.dl4j.loss;

import dev.tidemill.engine.dl4j.kernel.Signal;

/**
 * {@code torch.nn.MSELoss}: the mean over the outputs of the squared difference from the targets.
 */
public final class MeanSquaredError extends Loss {
  private final int batch;
  private final int length;
  private final Signal outputs;
  private final float[] row;

  public MeanSquaredError(int batch, int length, Signal outputs) {
    this.batch = batch;
    this.length = length;
    this.outputs = outputs;
    row = new float[length];
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

  private void run(Targets targets, boolean withGradient, double total) {
    double sum = 0;
    for (int i = 0; i < batch; i++) {
      double weight = targets.weight(i);
      outputs.values().read(i * length, row, length);
      for (int k = 0; k < length; k++) {
        double difference = row[k] - targets.value(i, k);
        sum += weight * difference * difference;
        row[k] = (float) (2 * weight * difference / (length * total));
      }
      if (withGradient) {
        outputs.requiredGradient().write(i * length, row, length);
      }
    }
    set(sum / length, 0);
  }
}
