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
 * A convolution and the 2 by 2 maximum pooling after it, image by image while all of it is in the
 * nearest caches: see {@link PhasedImage}. It computes no gradient of its input.
 *
 * <p>Made for a network's first convolution: of an image of few channels a general convolution
 * makes too little of each value it loads, and what pooling throws away is never written to memory.
 * LeNet's first takes 13 microseconds a sample so, forward and back, instead of 30. The sums are
 * {@link GemmProducts} or {@link LoopProducts}.
 */
public final class PooledConv2d implements Kernel {
  /**
   * Terms of a convolution's value, up to which it was seen to be faster than oneDNN and a pooling.
   */
  private static final int FEW_TERMS = 32;

  /** Weights up to which loops of our own were, with AVX2. */
  private static final int FEW_WEIGHTS = 256;

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
  // Four times the convolution's values, or the gradients of them.
  private final Floats four;
  private final float[] pooled;
  private final float[] biases;
  private final float[] gradients;
  private final float[] gradientSums;
  private final int[] winners;

  /**
   * @param out shape after the pooling
   * @param byGemm whether by OpenBLAS or by loops of our own
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
    boolean learns = weight.wantsGradient();
    gradients = new float[learns ? length : 0];
    gradientSums = new float[learns ? length : 0];
    winners = new int[learns ? Math.multiplyExact(batch, length) : 0];
    products =
        byGemm
            ? new GemmProducts(image, in.channels(), out.channels(), window, four, workspace)
            : new LoopProducts(image, in.channels(), out.channels(), window, four, learns);
  }

  /** Whether this is the way to go for a convolution and the pooling after it. */
  public static boolean suits(
      Image in, Image out, Window convolution, Window pooling, Signal input) {
    int terms = in.channels() * convolution.area();
    return convolution.everyPlace()
        && pooling.halves()
        && terms <= FEW_TERMS
        && (SmallGemm.IS_FAST || out.channels() * terms <= FEW_WEIGHTS)
        && !input.wantsGradient();
  }

  @Override
  public void forward() {
    run(false);
  }

  @Override
  public void forwardTraining(TrainingPass pass) {
    run(true);
  }

  private void run(boolean remember) {
    products.loadWeights(weight.values());
    if (bias != null) {
      bias.values().read(0, biases, biases.length);
    }
    for (int n = 0; n < batch; n++) {
      load(n);
      products.multiply();
      float[] largest = quarters.largest(four);
      if (remember) {
        quarters.winners(four, winners, n * largest.length);
      }
      store(largest, n);
    }
  }

  private void load(int n) {
    image.load(input.values(), n);
    products.loadImage(image);
  }

  /** Adds the bias, which changes no maximum, and drops the columns that mean nothing. */
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
      quarters.spread(gradients, winners, n * gradients.length, four);
      products.correlate(n == 0);
    }
    products.storeGradient(weight.requiredGradient());
    if (bias != null) {
      storeSums(bias.requiredGradient());
    }
  }

  /** The gradients of an image, in rows as wide as those of its maxima were. */
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
