package dev.tidemill.engine.dl4j;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * A convolution and the 2 by 2 maximum pooling after it, image by image while all of it is in the
 * nearest caches: see {@link PhasedImage}. It computes no gradient of its input.
 *
 * <p>Made for a network's first convolution: of an image of few channels a general convolution
 * makes too little of each value it loads, and what pooling throws away is never written to memory.
 */
final class PooledConv2d implements Kernel {
  /** Channels in, up to which it was seen to be faster than a convolution and a pooling. */
  private static final int FEW_CHANNELS = 3;

  private final int batch;
  private final Image in;
  private final Image out;
  private final Signal input;
  private final Signal weight;
  private final @Nullable Signal bias;
  private final Signal output;
  private final PhasedImage image;
  private final OrderedWeights weights;
  private final int columns;
  private final Quarters quarters;
  // Four times the convolution's values, or the gradients of them.
  private final Floats four;
  private final FloatPointer[] quarter = new FloatPointer[Quarters.COUNT];
  private final FloatPointer[] rows = new FloatPointer[Quarters.COUNT];
  private final float[] pooled;
  private final float[] biases;
  private final float[] gradients;
  private final float[] gradientSums;
  private final int[] winners;
  private final boolean learns;
  private final @Nullable OrderedWeights weightGradient;

  /**
   * @param out shape after the pooling
   */
  PooledConv2d(
      int batch,
      Image in,
      Image out,
      Window window,
      Signal input,
      Signal weight,
      @Nullable Signal bias,
      Signal output,
      Workspace workspace) {
    this.batch = batch;
    this.in = in;
    this.out = out;
    this.input = input;
    this.weight = weight;
    this.bias = bias;
    this.output = output;
    image = new PhasedImage(in, window, out, workspace);
    weights = OrderedWeights.phased(out.channels(), in.channels(), window, workspace);
    columns = OrderedWeights.phasedColumns(in.channels(), window);
    int length = out.channels() * image.length();
    quarters = new Quarters(length, workspace);
    four = workspace.scratch((long) Quarters.COUNT * length);
    long placeLength = (long) in.channels() * image.length();
    for (int q = 0; q < Quarters.COUNT; q++) {
      quarter[q] = four.pointer().getPointer((long) q * length);
      int place = q / 2 * (window.kernel().width() + 1) + q % 2;
      rows[q] = image.rows().pointer().getPointer(place * placeLength);
    }
    pooled = new float[out.length()];
    biases = new float[out.channels()];
    learns = weight.wantsGradient();
    gradients = new float[learns ? length : 0];
    gradientSums = new float[learns ? length : 0];
    winners = new int[learns ? Math.multiplyExact(batch, length) : 0];
    weightGradient =
        learns ? OrderedWeights.phased(out.channels(), in.channels(), window, workspace) : null;
  }

  /** Whether this is the way to go for a convolution and the pooling after it. */
  static boolean suits(Image in, Window convolution, Window pooling, Signal input) {
    return SmallGemm.IS_FAST
        && convolution.everyPlace()
        && pooling.halves()
        && in.channels() <= FEW_CHANNELS
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
    weights.take(weight.values());
    if (bias != null) {
      bias.values().read(0, biases, biases.length);
    }
    for (int n = 0; n < batch; n++) {
      image.load(input.values(), n);
      for (int q = 0; q < Quarters.COUNT; q++) {
        convolve(rows[q], quarter[q]);
      }
      float[] largest = quarters.largest(four);
      if (remember) {
        quarters.winners(four, winners, n * largest.length);
      }
      store(largest, n);
    }
  }

  private void convolve(FloatPointer from, FloatPointer to) {
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasNoTrans,
        out.channels(),
        image.length(),
        columns,
        1,
        weights.floats().pointer(),
        columns,
        from,
        image.length(),
        0,
        to,
        image.length());
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
    if (weightGradient == null) {
      throw new IllegalStateException("a gradient is asked for where none was planned");
    }
    Arrays.fill(gradientSums, 0);
    for (int n = 0; n < batch; n++) {
      if (batch > 1) {
        image.load(input.values(), n);
      }
      loadGradients(n);
      quarters.spread(gradients, winners, n * gradients.length, four);
      for (int q = 0; q < Quarters.COUNT; q++) {
        float keep = n == 0 && q == 0 ? 0 : 1;
        correlate(quarter[q], rows[q], keep, weightGradient.floats().pointer());
      }
    }
    weightGradient.give(weight.requiredGradient());
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

  private void correlate(FloatPointer dz, FloatPointer x, float keep, FloatPointer dw) {
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasTrans,
        out.channels(),
        columns,
        image.length(),
        1,
        dz,
        image.length(),
        x,
        image.length(),
        keep,
        dw,
        columns);
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
  public String way() {
    return "conv2d " + in + " with 2x2 max pool to " + out + ": image by image, gemm a quarter";
  }
}
