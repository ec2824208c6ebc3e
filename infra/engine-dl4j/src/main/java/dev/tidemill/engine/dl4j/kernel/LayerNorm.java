package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;

/**
 * Normalizes each row with its own mean and biased variance (Ba, Kiros and Hinton, 2016), then
 * {@code * weight + bias}.
 */
public final class LayerNorm implements Kernel {
  private final int rows;
  private final int width;
  private final double eps;
  private final Signal input;
  private final Signal weight;
  private final Signal bias;
  private final Signal output;
  private final float[] mean;
  private final float[] inverseDeviation;
  private final float[] row;
  private final float[] gradient;
  private final float[] weights;
  private final float[] biases;
  private final float[] weightGradient;
  private final float[] biasGradient;

  /**
   * @param rows rows of a batch
   * @param width values per row
   */
  public LayerNorm(
      int rows, int width, double eps, Signal input, Signal weight, Signal bias, Signal output) {
    this.rows = rows;
    this.width = width;
    this.eps = eps;
    this.input = input;
    this.weight = weight;
    this.bias = bias;
    this.output = output;
    mean = new float[rows];
    inverseDeviation = new float[rows];
    row = new float[width];
    gradient = new float[width];
    weights = new float[width];
    biases = new float[width];
    weightGradient = new float[width];
    biasGradient = new float[width];
  }

  @Override
  public void forward() {
    weight.values().read(0, weights, width);
    bias.values().read(0, biases, width);
    for (int r = 0; r < rows; r++) {
      input.values().read(r * width, row, width);
      mean[r] = RowSums.sum(row, 0, width) / width;
      center(row, mean[r]);
      double variance = RowSums.dot(row, row, 0, width) / (double) width;
      inverseDeviation[r] = (float) (1 / Math.sqrt(variance + eps));
      scale(row, inverseDeviation[r]);
      for (int k = 0; k < row.length; k++) {
        row[k] = Math.fma(row[k], weights[k], biases[k]);
      }
      output.values().write(r * width, row, width);
    }
  }

  @Override
  public void backward() {
    weight.values().read(0, weights, width);
    Arrays.fill(weightGradient, 0);
    Arrays.fill(biasGradient, 0);
    for (int r = 0; r < rows; r++) {
      input.values().read(r * width, row, width);
      center(row, mean[r]);
      scale(row, inverseDeviation[r]);
      output.requiredGradient().read(r * width, gradient, width);
      accumulateParameterGradients();
      Floats dx = input.gradient();
      if (dx != null) {
        differentiate(inverseDeviation[r]);
        dx.write(r * width, gradient, width);
      }
    }
    weight.requiredGradient().write(0, weightGradient, width);
    bias.requiredGradient().write(0, biasGradient, width);
  }

  private void accumulateParameterGradients() {
    for (int k = 0; k < width; k++) {
      weightGradient[k] = Math.fma(gradient[k], row[k], weightGradient[k]);
    }
    for (int k = 0; k < width; k++) {
      biasGradient[k] += gradient[k];
    }
  }

  /** {@code dx = (g - mean(g) - x^ * mean(g * x^)) / deviation} with {@code g = dy * weight}. */
  private void differentiate(float inverse) {
    for (int k = 0; k < width; k++) {
      gradient[k] *= weights[k];
    }
    float meanGradient = RowSums.sum(gradient, 0, width) / width;
    float projection = RowSums.dot(gradient, row, 0, width) / width;
    for (int k = 0; k < width; k++) {
      gradient[k] = inverse * (gradient[k] - meanGradient - row[k] * projection);
    }
  }

  private static void center(float[] values, float mean) {
    for (int k = 0; k < values.length; k++) {
      values[k] -= mean;
    }
  }

  private static void scale(float[] values, float factor) {
    for (int k = 0; k < values.length; k++) {
      values[k] *= factor;
    }
  }

  @Override
  public String describe() {
    return "layer norm of " + width + ": own loop";
  }
}
