package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalization over samples and pixels (Ioffe and Szegedy, 2015), as in PyTorch. It
 * normalizes with the batch's biased variance and updates the running variance with the unbiased
 * one. Sums over samples are in double precision.
 */
public final class BatchNorm implements Kernel {

  /**
   * The tensors of a batch norm, with one value per channel each.
   *
   * @param weight scale
   * @param bias shift
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
  private final float[] channelRow;

  /**
   * @param name layer name for error messages
   * @param pixels values per channel; 1 for a vector of features
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
    channelRow = new float[channels];
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
   * @throws IllegalArgumentException if the batch has only one value per channel, as in PyTorch
   */
  @Override
  public void forwardTraining(TrainingPass pass) {
    if (batch * pixels == 1) {
      throw new IllegalArgumentException(
          "layer " + name + " needs more than one value per channel in training, got a batch of 1");
    }
    computeStatistics();
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
    tensors.weight().values().read(0, channelRow, channels);
    for (int n = 0; n < batch; n++) {
      input.values().read(n * sample.length, sample, sample.length);
      dy.read(n * sample.length, gradients, sample.length);
      for (int c = 0; c < channels; c++) {
        double s = inverseDeviation[c];
        float factor = (float) (channelRow[c] * s);
        float projection = (float) (s * products[c] / count);
        float meanGradient = (float) (sums[c] / count);
        int begin = c * pixels;
        center(sample, begin, begin + pixels, (float) mean[c]);
        differentiate(sample, gradients, begin, begin + pixels, factor, meanGradient, projection);
      }
      dx.write(n * sample.length, gradients, sample.length);
    }
  }

  /** Computes the batch's mean and variance, and updates the running ones. */
  private void computeStatistics() {
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
      updateRunning(tensors.runningMean(), c, mean[c]);
      updateRunning(tensors.runningVariance(), c, products[c] / (count - 1));
    }
  }

  private void updateRunning(Floats running, int channel, double latest) {
    double before = running.buffer().get(channel);
    running.buffer().put(channel, (float) ((1 - momentum) * before + momentum * latest));
  }

  private void normalize() {
    for (int n = 0; n < batch; n++) {
      input.values().read(n * sample.length, sample, sample.length);
      for (int c = 0; c < channels; c++) {
        double scale = inverseDeviation[c] * tensors.weight().values().buffer().get(c);
        double shift = tensors.bias().values().buffer().get(c) - mean[c] * scale;
        int begin = c * pixels;
        scale(sample, begin, begin + pixels, (float) scale, (float) shift);
      }
      output.values().write(n * sample.length, sample, sample.length);
    }
  }

  private static void center(float[] values, int begin, int end, float mean) {
    for (int i = begin; i < end; i++) {
      values[i] -= mean;
    }
  }

  private static void scale(float[] values, int begin, int end, float scale, float shift) {
    for (int i = begin; i < end; i++) {
      values[i] = Math.fma(values[i], scale, shift);
    }
  }

  private static void differentiate(
      float[] centered,
      float[] gradients,
      int begin,
      int end,
      float factor,
      float meanGradient,
      float projection) {
    for (int i = begin; i < end; i++) {
      gradients[i] = factor * (gradients[i] - meanGradient - centered[i] * projection);
    }
  }

  private void store(double[] values, Floats into) {
    for (int c = 0; c < channels; c++) {
      channelRow[c] = (float) values[c];
    }
    into.write(0, channelRow, channels);
  }
}
