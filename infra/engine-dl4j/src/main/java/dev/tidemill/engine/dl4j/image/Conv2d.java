package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import dev.tidemill.engine.dl4j.natives.NativeOperation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code torch.nn.Conv2d} by libnd4j's {@code conv2d}, which uses oneDNN if the classifier includes
 * it.
 *
 * <p>At stride 1, the gradient of the weights is a forward convolution of the input. Its kernel is
 * the output's gradient, and batch and channels swap places. The gradient of the input is a {@code
 * deconv2d}. With few channels, both are several times faster than {@code conv2d_bp}.
 */
public final class Conv2d implements Kernel {
  /**
   * Input channels times output channels up to which these two operations beat {@code conv2d_bp}.
   */
  private static final int MAX_CHANNEL_PRODUCT = 2048;

  private final NativeOperation forward;
  private final List<NativeOperation> backward = new ArrayList<>();
  private final @Nullable ChannelSums biasGradient;
  private final String description;

  /**
   * Creates the fastest kernel for a convolution.
   *
   * @param weight {@code [out, in, kh, kw]}
   * @param bias {@code [out]}
   */
  public static Kernel of(
      int batch,
      Image in,
      Image out,
      Window window,
      Signal input,
      Signal weight,
      @Nullable Signal bias,
      Signal output,
      Workspace workspace) {
    return ShiftedConv2d.isFastest(batch, in, out, window)
        ? new ShiftedConv2d(batch, in, out, window, input, weight, bias, output, workspace)
        : new Conv2d(batch, in, out, window, input, weight, bias, output, workspace);
  }

  Conv2d(
      int batch,
      Image in,
      Image out,
      Window window,
      Signal input,
      Signal weight,
      @Nullable Signal bias,
      Signal output,
      Workspace workspace) {
    description = "conv2d " + in + " to " + out + ": oneDNN";
    INDArray x = input.values().array(batch, in.channels(), in.height(), in.width());
    INDArray w = weights(weight.values(), in, out, window);
    INDArray z = output.values().array(batch, out.channels(), out.height(), out.width());
    List<INDArray> inputs = new ArrayList<>(List.of(x, w));
    if (bias != null) {
      inputs.add(bias.values().array(out.channels()));
    }
    forward = new NativeOperation("conv2d", arguments(window), inputs, List.of(z));
    boolean training = weight.hasGradient();
    biasGradient =
        training && bias != null
            ? new ChannelSums(
                batch, out, output.requiredGradient(), bias.requiredGradient(), workspace)
            : null;
    if (training) {
      INDArray dw = weights(weight.requiredGradient(), in, out, window);
      INDArray dz =
          output.requiredGradient().array(batch, out.channels(), out.height(), out.width());
      Floats dx = input.gradient();
      boolean fewChannels = dx == null || in.channels() * out.channels() <= MAX_CHANNEL_PRODUCT;
      if (window.hasStride1() && fewChannels) {
        backward.add(weightGradient(x, dz, dw, out, window));
        if (dx != null) {
          INDArray target = dx.array(batch, in.channels(), in.height(), in.width());
          backward.add(
              new NativeOperation("deconv2d", arguments(window), List.of(dz, w), List.of(target)));
        }
      } else {
        // conv2d_bp always computes the input's gradient.
        Floats target = dx == null ? workspace.allocate((long) batch * in.length()) : dx;
        INDArray targetArray = target.array(batch, in.channels(), in.height(), in.width());
        backward.add(
            new NativeOperation(
                "conv2d_bp", arguments(window), List.of(x, w, dz), List.of(targetArray, dw)));
      }
    }
  }

  @Override
  public void forward() {
    forward.run();
  }

  @Override
  public void backward() {
    for (int i = 0; i < backward.size(); i++) {
      backward.get(i).run();
    }
    if (biasGradient != null) {
      biasGradient.run();
    }
  }

  @Override
  public String describe() {
    return description;
  }

  private static NativeOperation weightGradient(
      INDArray x, INDArray dz, INDArray dw, Image out, Window window) {
    long[] arguments = arguments(window);
    arguments[0] = out.height();
    arguments[1] = out.width();
    return new NativeOperation(
        "conv2d",
        arguments,
        List.of(x.permute(1, 0, 2, 3), dz.permute(1, 0, 2, 3)),
        List.of(dw.permute(1, 0, 2, 3)));
  }

  private static INDArray weights(Floats values, Image in, Image out, Window window) {
    return values.array(
        out.channels(), in.channels(), window.kernel().height(), window.kernel().width());
  }

  /**
   * Returns kernel, stride, padding and dilation, then flags: explicit padding, NCHW, weights OIHW.
   */
  private static long[] arguments(Window window) {
    return new long[] {
      window.kernel().height(),
      window.kernel().width(),
      window.stride().height(),
      window.stride().width(),
      window.padding().height(),
      window.padding().width(),
      1,
      1,
      0,
      0,
      1
    };
  }
}
