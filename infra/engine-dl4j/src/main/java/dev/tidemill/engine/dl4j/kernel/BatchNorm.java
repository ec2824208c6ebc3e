package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalization over samples and pixels (Ioffe and Szegedy, 2015), as PyTorch means it: the
 * batch's biased variance normalizes, the running variance takes the unbiased one. Sums over
 * samples are of doubles.
 */
public final class BatchNorm implements Kernel {

  /**
   * A norm's tensors, one value a channel each.
   *
   * @param weight factor
   * @param bias summand
   */
  public record Tensors(Signal weight, Signal bias, Floats runningMean, Floats runningVariance) {}

  private final String name;
  private final int batch;
  private final int channels;
  private final int pixels;
  private final double eps;
  private final double momentum;
  private final Signal input;
  private final Tensors tensors;
  private final Signal output;
  private final float[] sample;
  private final float[] gradients;
  private final double[] mean;
  private final double[] inverseDeviation;
  private final double[] sums;
  private final double[] products;
  private final float[] row;

  /**
   * @param name for errors
   * @param pixels values a channel; 1 for a vector of features
   */
  public BatchNorm(
      String name,
      int batch,
      int channels,
      int pixels,
      double eps,
      double momentum,
      Signal input,
      Tensors tensors,
      Signal output) {
    this.name = name;
    this.batch = batch;
    this.channels = channels;
    this.pixels = pixels;
    this.eps = eps;
    this.momentum = momentum;
    this.input = input;
    this.tensors = tensors;
    this.output = output;
    sample = new float[channels * pixels];
    gradients = new float[channels * pixels];
    mean = new double[channels];
    inverseDeviation = new double[channels];
    sums = new double[channels];
    products = new double[channels];
    row = new float[channels];
  }

  @Override
  public void forward() {
    for (int c = 0; c < channels; c++) {
      mean[c] = tensors.runningMean().buffer().get(c);
      inverseDeviation[c] = 1 / Math.sqrt(tensors.runningVariance().buffer().get(c) + eps);
    }
    normalize();
  }

  /**
   * @throws IllegalArgumentException if there is but one value a channel, as PyTorch refuses it
   */
  @Override
  public void forwardTraining(TrainingPass pass) {
    if (batch * pixels == 1) {
      throw new IllegalArgumentException(
          "layer " + name + " needs more than one value a channel to train on, got a batch of 1");
    }
    measure();
    normalize();
  }

  @Override
  public void backward() {
    Floats dy = output.requiredGradient();
    Arrays.fill(sums, 0);
    Arrays.fill(products, 0);
    for (int n = 0; n < batch; n++) {
      input.values().read(n * sample.length, sample, sample.length);
      dy.read(n * sample.length, gradients, sample.length);
      for (int c = 0; c < channels; c++) {
        int begin = c * pixels;
        center(sample, begin, begin + pixels, (float) mean[c]);
        sums[c] += RowSums.sum(gradients, begin, pixels);
        products[c] += RowSums.dot(gradients, sample, begin, pixels);
      }
    }
    for (int c = 0; c < channels; c++) {
      products[c] *= inverseDeviation[c];
    }
    store(products, tensors.weight().requiredGradient());
    store(sums, tensors.bias().requiredGradient());
    inputGradient(dy, input.gradient());
  }

  @Override
  public String describe() {
    return "batch norm of " + channels + " channels: own loop";
  }

  /** {@code dx = w / s * (dy - mean(dy) - x^ * mean(dy * x^))}. */
  private void inputGradient(Floats dy, @Nullable Floats dx) {
    if (dx == null) {
      return;
    }
    double count = (double) batch * pixels;
    tensors.weight().values().read(0, row, channels);
    for (int n = 0; n < batch; n++) {
      input.values().read(n * sample.length, sample, sample.length);
      dy.read(n * sample.length, gradients, sample.length);
      for (int c = 0; c < channels; c++) {
        double s = inverseDeviation[c];
        float factor = (float) (row[c] * s);
        float slope = (float) (s * products[c] / count);
        float level = (float) (sums[c] / count);
        int begin = c * pixels;
        center(sample, begin, begin + pixels, (float) mean[c]);
        differentiate(sample, gradients, begin, begin + pixels, factor, level, slope);
      }
      dx.write(n * sample.length, gradients, sample.length);
    }
  }

  /** The batch's mean and variance, and the running ones after it. */
  private void measure() {
    double count = (double) batch * pixels;
    Arrays.fill(mean, 0);
    for (int n = 0; n < batch; n++) {
      input.values().read(n * sample.length, sample, sample.length);
      for (int c = 0; c < channels; c++) {
        mean[c] += RowSums.sum(sample, c * pixels, pixels);
      }
    }
    for (int c = 0; c < channels; c++) {
      mean[c] /= count;
    }
    Arrays.fill(products, 0);
    for (int n = 0; n < batch; n++) {
      input.values().read(n * sample.length, sample, sample.length);
      for (int c = 0; c < channels; c++) {
        int begin = c * pixels;
        center(sample, begin, begin + pixels, (float) mean[c]);
        products[c] += RowSums.dot(sample, sample, begin, pixels);
      }
    }
    for (int c = 0; c < channels; c++) {
      inverseDeviation[c] = 1 / Math.sqrt(products[c] / count + eps);
      follow(tensors.runningMean(), c, mean[c]);
      follow(tensors.runningVariance(), c, products[c] / (count - 1));
    }
  }

  private void follow(Floats running, int channel, double latest) {
    double before = running.buffer().get(channel);
    running.buffer().put(channel, (float) ((1 - momentum) * before + momentum * latest));
  }

  private void normalize() {
    for (int n = 0; n < batch; n++) {
      input.values().read(n * sample.length, sample, sample.length);
      for (int c = 0; c < channels; c++) {
        double slope = inverseDeviation[c] * tensors.weight().values().buffer().get(c);
        double level = tensors.bias().values().buffer().get(c) - mean[c] * slope;
        int begin = c * pixels;
        scale(sample, begin, begin + pixels, (float) slope, (float) level);
      }
      output.values().write(n * sample.length, sample, sample.length);
    }
  }

  private static void center(float[] values, int begin, int end, float mean) {
    for (int i = begin; i < end; i++) {
      values[i] -= mean;
    }
  }

  private static void scale(float[] values, int begin, int end, float slope, float level) {
    for (int i = begin; i < end; i++) {
      values[i] = Math.fma(values[i], slope, level);
    }
  }

  private static void differentiate(
      float[] centred,
      float[] gradients,
      int begin,
      int end,
      float factor,
      float level,
      float slope) {
    for (int i = begin; i < end; i++) {
      gradients[i] = factor * (gradients[i] - level - centred[i] * slope);
    }
  }

  private void store(double[] values, Floats into) {
    for (int c = 0; c < channels; c++) {
      row[c] = (float) values[c];
    }
    into.write(0, row, channels);
  }
}
