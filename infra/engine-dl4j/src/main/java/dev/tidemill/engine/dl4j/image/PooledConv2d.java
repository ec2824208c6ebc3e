package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import dev.tidemill.engine.dl4j.natives.SmallGemm;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Fuses a convolution with the 2 by 2 max pooling after it. It processes one image at a time, so
 * the image stays in the L1 and L2 caches: see {@link PhasedImage}. It computes no input gradient.
 *
 * <p>It serves a network's first convolution. With few input channels, a general convolution reuses
 * each loaded value too little. This kernel also never writes the values that pooling discards.
 * LeNet's first convolution takes 13 microseconds per sample, forward and backward, instead of 30.
 * {@link GemmProducts} or {@link LoopProducts} multiply.
 */
public final class PooledConv2d implements Kernel {
  /**
   * Terms per output value up to which this kernel was faster than oneDNN and a separate pooling.
   */
  private static final int MAX_TERMS = 32;

  /** Number of weights up to which Java loops were faster with AVX2. */
  private static final int MAX_WEIGHTS = 256;

  private final int batch;
  private final Image in;
  private final Image out;
  private final Signal input;
  private final Signal weight;
  private final @Nullable Signal bias;
  private final Signal output;
  private final PhasedImage image;
  private final PhasedProducts products;
  private final MaxOfFour quarters;
  // Four quarters of the convolution's outputs, or their gradients.
  private final Floats four;
  private final float[] pooled;
  private final float[] biases;
  private final float[] gradients;
  private final float[] gradientSums;
  private final int[] argmax;

  /**
   * @param out output shape after pooling
   * @param byGemm whether to multiply by OpenBLAS rather than by Java loops
   */
  public PooledConv2d(
      int batch,
      Image in,
      Image out,
      Window window,
      Signal input,
      Signal weight,
      @Nullable Signal bias,
      Signal output,
      boolean byGemm,
      Workspace workspace) {
    this.batch = batch;
    this.in = in;
    this.out = out;
    this.input = input;
    this.weight = weight;
    this.bias = bias;
    this.output = output;
    image = new PhasedImage(in, window, out);
    int length = out.channels() * image.length();
    quarters = new MaxOfFour(length, workspace);
    four = workspace.scratch((long) MaxOfFour.COUNT * length);
    pooled = new float[out.length()];
    biases = new float[out.channels()];
    boolean training = weight.hasGradient();
    gradients = new float[training ? length : 0];
    gradientSums = new float[training ? length : 0];
    argmax = new int[training ? Math.multiplyExact(batch, length) : 0];
    products =
        byGemm
            ? new GemmProducts(image, in.channels(), out.channels(), window, four, workspace)
            : new LoopProducts(image, in.channels(), out.channels(), window, four, training);
  }

  /** Returns whether this kernel is the fastest for a convolution and the pooling after it. */
  public static boolean isFastest(
      Image in, Image out, Window convolution, Window pooling, Signal input) {
    int terms = in.channels() * convolution.area();
    return convolution.hasStride1()
        && pooling.isHalving()
        && terms <= MAX_TERMS
        && (SmallGemm.IS_FAST || out.channels() * terms <= MAX_WEIGHTS)
        && !input.hasGradient();
  }

  @Override
  public void forward() {
    run(false);
  }

  @Override
  public void forwardTraining(TrainingPass pass) {
    run(true);
  }

  private void run(boolean training) {
    products.loadWeights(weight.values());
    if (bias != null) {
      bias.values().read(0, biases, biases.length);
    }
    for (int n = 0; n < batch; n++) {
      load(n);
      products.multiply();
      float[] largest = quarters.max(four);
      if (training) {
        quarters.argmax(four, argmax, n * largest.length);
      }
      store(largest, n);
    }
  }

  private void load(int n) {
    image.load(input.values(), n);
    products.loadImage(image);
  }

  /** Adds the bias, which does not change the argmax, and drops the unused columns. */
  private void store(float[] largest, int n) {
    for (int c = 0; c < out.channels(); c++) {
      int begin = c * image.length();
      add(biases[c], largest, begin, begin + image.length());
      for (int y = 0; y < out.height(); y++) {
        int to = c * out.planeLength() + y * out.width();
        System.arraycopy(largest, begin + y * image.width(), pooled, to, out.width());
      }
    }
    output.values().write(n * pooled.length, pooled, pooled.length);
  }

  private static void add(float summand, float[] to, int begin, int end) {
    for (int i = begin; i < end; i++) {
      to[i] += summand;
    }
  }

  @Override
  public void backward() {
    Arrays.fill(gradientSums, 0);
    for (int n = 0; n < batch; n++) {
      if (batch > 1) {
        load(n);
      }
      loadGradients(n);
      quarters.scatter(gradients, argmax, n * gradients.length, four);
      products.correlate(n == 0);
    }
    products.storeGradient(weight.requiredGradient());
    if (bias != null) {
      storeSums(bias.requiredGradient());
    }
  }

  /** Loads an image's gradients into rows of the same width as its maxima. */
  private void loadGradients(int n) {
    output.requiredGradient().read(n * pooled.length, pooled, pooled.length);
    for (int c = 0; c < out.channels(); c++) {
      for (int y = 0; y < out.height(); y++) {
        int from = c * out.planeLength() + y * out.width();
        int to = c * image.length() + y * image.width();
        System.arraycopy(pooled, from, gradients, to, out.width());
      }
    }
    for (int i = 0; i < gradients.length; i++) {
      gradientSums[i] += gradients[i];
    }
  }

  private void storeSums(Floats biasGradient) {
    for (int c = 0; c < biases.length; c++) {
      double sum = 0;
      for (int i = c * image.length(); i < (c + 1) * image.length(); i++) {
        sum += gradientSums[i];
      }
      biases[c] = (float) sum;
    }
    biasGradient.write(0, biases, biases.length);
  }

  @Override
  public String describe() {
    return "conv2d "
        + in
        + " with 2x2 max pool to "
        + out
        + ": image by image, "
        + products.describe();
  }
}
