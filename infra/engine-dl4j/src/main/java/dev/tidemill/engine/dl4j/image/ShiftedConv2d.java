package dev.tidemill.engine.dl4j.image;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import dev.tidemill.engine.dl4j.natives.SmallGemm;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * A convolution with stride 1 and few channels. It processes one image at a time, so the image
 * stays in the L1 and L2 caches. Each kernel row is a matrix product with a range of a {@link
 * ShiftedImage}.
 */
final class ShiftedConv2d implements Kernel {
  /** Input channels times output channels up to which this kernel was faster than oneDNN. */
  private static final int MAX_CHANNEL_PRODUCT = 128;

  private final int batch;
  private final Image in;
  private final Image out;
  private final int kernelHeight;
  private final int columns;
  private final Signal input;
  private final Signal weight;
  private final @Nullable Signal bias;
  private final ShiftedImage image;
  private final Floats shifted;
  private final OrderedWeights weights;
  // The weights of each kernel row, and the range of the shifted image that it multiplies.
  private final FloatPointer[] weightRows;
  private final FloatPointer[] ranges;
  private final Floats values;
  private final FloatPointer[] outputs;
  private final float[] biasPlanes;
  private final float[] biases;
  private final @Nullable ShiftedGradients gradients;
  private final @Nullable ChannelSums biasGradient;

  ShiftedConv2d(
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
    kernelHeight = window.kernel().height();
    columns = window.kernel().width() * in.channels();
    image = new ShiftedImage(in, out, window);
    shifted = workspace.scratch(image.length());
    ranges = strided(shifted, kernelHeight, out.width());
    weights = OrderedWeights.rowByRow(out.channels(), in.channels(), window, workspace);
    weightRows = strided(weights.floats(), kernelHeight, out.channels() * columns);
    values = output.values();
    outputs = strided(values, batch, out.length());
    biasPlanes = new float[out.length()];
    biases = new float[out.channels()];
    gradients =
        weight.hasGradient()
            ? new ShiftedGradients(batch, in, out, window, output, input.gradient(), workspace)
            : null;
    biasGradient =
        weight.hasGradient() && bias != null
            ? new ChannelSums(
                batch, out, output.requiredGradient(), bias.requiredGradient(), workspace)
            : null;
  }

  /**
   * Returns whether this kernel is the fastest for a convolution. For a single image it is the
   * fastest even where small products are slow, because oneDNN's overhead is larger.
   */
  static boolean isFastest(int batch, Image in, Image out, Window window) {
    return (SmallGemm.IS_FAST || batch == 1)
        && window.hasStride1()
        && in.channels() * out.channels() <= MAX_CHANNEL_PRODUCT;
  }

  /** Returns pointers at a fixed distance, in floats. */
  static FloatPointer[] strided(Floats floats, int count, int distance) {
    FloatPointer[] places = new FloatPointer[count];
    for (int i = 0; i < count; i++) {
      places[i] = floats.pointer().getPointer((long) i * distance);
    }
    return places;
  }

  @Override
  public void forward() {
    weights.load(weight.values());
    if (bias != null) {
      bias.values().read(0, biases, biases.length);
    }
    for (int c = 0; c < biases.length; c++) {
      Arrays.fill(biasPlanes, c * out.planeLength(), (c + 1) * out.planeLength(), biases[c]);
    }
    for (int n = 0; n < batch; n++) {
      image.load(input.values(), n, shifted);
      values.write(n * biasPlanes.length, biasPlanes, biasPlanes.length);
      for (int row = 0; row < kernelHeight; row++) {
        multiply(weightRows[row], ranges[row], outputs[n]);
      }
    }
  }

  @Override
  public void backward() {
    if (gradients == null) {
      throw new IllegalStateException(
          "this convolution has no gradients; its plan is for inference only");
    }
    for (int n = 0; n < batch; n++) {
      if (batch > 1) {
        image.load(input.values(), n, shifted);
      }
      gradients.addWeightGradient(n, ranges);
      gradients.computeInputGradient(n, weightRows, image);
    }
    gradients.store(weight.requiredGradient());
    if (biasGradient != null) {
      biasGradient.run();
    }
  }

  /** Computes {@code z = w * x + z}. */
  private void multiply(FloatPointer w, FloatPointer x, FloatPointer z) {
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasNoTrans,
        out.channels(),
        out.planeLength(),
        columns,
        1,
        w,
        columns,
        x,
        image.rowLength(),
        1,
        z,
        out.planeLength());
  }

  @Override
  public String describe() {
    return "conv2d " + in + " to " + out + ": image by image, gemm a kernel row";
  }
}
