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
 * A convolution of stride 1 with few channels, image by image: for each row of the kernel a matrix
 * product with a run of a {@link ShiftedImage}, all of it in the nearest caches.
 */
final class ShiftedConv2d implements Kernel {
  /** In-channels times out-channels, up to which it was seen to be faster than oneDNN. */
  private static final int FEW_CHANNELS = 128;

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
  // Of each kernel row, its weights and the run of the shifted image that it meets.
  private final FloatPointer[] weightRows;
  private final FloatPointer[] runs;
  private final Floats values;
  private final FloatPointer[] outputs;
  private final float[] onlyBias;
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
    runs = every(shifted, kernelHeight, out.width());
    weights = OrderedWeights.rowByRow(out.channels(), in.channels(), window, workspace);
    weightRows = every(weights.floats(), kernelHeight, out.channels() * columns);
    values = output.values();
    outputs = every(values, batch, out.length());
    onlyBias = new float[out.length()];
    biases = new float[out.channels()];
    gradients =
        weight.wantsGradient()
            ? new ShiftedGradients(batch, in, out, window, output, input.gradient(), workspace)
            : null;
    biasGradient =
        weight.wantsGradient() && bias != null
            ? new ChannelSums(
                batch, out, output.requiredGradient(), bias.requiredGradient(), workspace)
            : null;
  }

  /**
   * Whether this is the way to go for a convolution. A single image is too little work for oneDNN,
   * so that it is even where small products are slow.
   */
  static boolean suits(int batch, Image in, Image out, Window window) {
    return (SmallGemm.IS_FAST || batch == 1)
        && window.everyPlace()
        && in.channels() * out.channels() <= FEW_CHANNELS;
  }

  /** Pointers to places so many floats apart. */
  static FloatPointer[] every(Floats floats, int count, int distance) {
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
      Arrays.fill(onlyBias, c * out.planeLength(), (c + 1) * out.planeLength(), biases[c]);
    }
    for (int n = 0; n < batch; n++) {
      image.load(input.values(), n, shifted);
      values.write(n * onlyBias.length, onlyBias, onlyBias.length);
      for (int row = 0; row < kernelHeight; row++) {
        multiply(weightRows[row], runs[row], outputs[n]);
      }
    }
  }

  @Override
  public void backward() {
    if (gradients == null) {
      throw new IllegalStateException("a gradient is asked for where none was planned");
    }
    for (int n = 0; n < batch; n++) {
      if (batch > 1) {
        image.load(input.values(), n, shifted);
      }
      gradients.ofWeights(n, runs);
      gradients.ofInput(n, weightRows, image);
    }
    gradients.store(weight.requiredGradient());
    if (biasGradient != null) {
      biasGradient.run();
    }
  }

  /** {@code z = w * x + z}. */
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
