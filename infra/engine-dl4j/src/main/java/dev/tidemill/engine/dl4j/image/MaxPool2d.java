package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import java.util.Arrays;

/**
 * {@code torch.nn.MaxPool2d}: the first of equal values gets the gradient; padding is never the
 * maximum.
 */
public final class MaxPool2d implements Kernel {
  private final int planes;
  private final Image in;
  private final Image out;
  private final Window window;
  private final Signal input;
  private final Signal output;
  private final float[] inputPlane;
  private final float[] outputPlane;
  // Index of each output's maximum in its input plane.
  private final int[] argmax;

  MaxPool2d(int batch, Image in, Window window, Signal input, Signal output) {
    this.in = in;
    this.window = window;
    this.input = input;
    this.output = output;
    out = in.outputShape(in.channels(), window);
    planes = batch * in.channels();
    inputPlane = new float[in.planeLength()];
    outputPlane = new float[out.planeLength()];
    argmax = new int[Math.multiplyExact(planes, out.planeLength())];
  }

  /** Creates the fastest kernel for a window. */
  public static Kernel of(
      int batch, Image in, Window window, Signal input, Signal output, Workspace workspace) {
    return window.isHalving()
        ? new HalvingPool2d(batch, in, window, input, output, workspace)
        : new MaxPool2d(batch, in, window, input, output);
  }

  @Override
  public void forward() {
    for (int plane = 0; plane < planes; plane++) {
      input.values().read(plane * inputPlane.length, inputPlane, inputPlane.length);
      pool(plane * outputPlane.length);
      output.values().write(plane * outputPlane.length, outputPlane, outputPlane.length);
    }
  }

  @Override
  public void backward() {
    Floats dx = input.requiredGradient();
    Floats dy = output.requiredGradient();
    for (int plane = 0; plane < planes; plane++) {
      int first = plane * outputPlane.length;
      dy.read(first, outputPlane, outputPlane.length);
      Arrays.fill(inputPlane, 0);
      for (int i = 0; i < outputPlane.length; i++) {
        inputPlane[argmax[first + i]] += outputPlane[i];
      }
      dx.write(plane * inputPlane.length, inputPlane, inputPlane.length);
    }
  }

  @Override
  public String describe() {
    return "max pool " + in + " to " + out + ": place by place";
  }

  private void pool(int first) {
    int padY = window.padding().height();
    int padX = window.padding().width();
    int i = 0;
    for (int y = 0; y < out.height(); y++) {
      int top = y * window.stride().height() - padY;
      int bottom = Math.min(top + window.kernel().height(), in.height());
      for (int x = 0; x < out.width(); x++) {
        int left = x * window.stride().width() - padX;
        int right = Math.min(left + window.kernel().width(), in.width());
        int best = argmax(Math.max(top, 0), bottom, Math.max(left, 0), right);
        outputPlane[i] = inputPlane[best];
        argmax[first + i] = best;
        i++;
      }
    }
  }

  private int argmax(int top, int bottom, int left, int right) {
    int best = top * in.width() + left;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        int at = y * in.width() + x;
        if (inputPlane[at] > inputPlane[best] || Float.isNaN(inputPlane[at])) {
          best = at;
        }
      }
    }
    return best;
  }
}
