package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;

/** Average pooling that counts padding as zeros, as PyTorch with {@code count_include_pad}. */
public final class AvgPool2d implements Kernel {
  private final int planes;
  private final Image in;
  private final Image out;
  private final Window window;
  private final Signal input;
  private final Signal output;
  private final float[] inputPlane;
  private final float[] outputPlane;

  public AvgPool2d(int batch, Image in, Window window, Signal input, Signal output) {
    this.in = in;
    this.window = window;
    this.input = input;
    this.output = output;
    out = in.outputShape(in.channels(), window);
    planes = batch * in.channels();
    inputPlane = new float[in.planeLength()];
    outputPlane = new float[out.planeLength()];
  }

  @Override
  public void forward() {
    for (int plane = 0; plane < planes; plane++) {
      input.values().read(plane * inputPlane.length, inputPlane, inputPlane.length);
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++) {
          outputPlane[y * out.width() + x] = visitWindow(y, x, false, 0) / window.area();
        }
      }
      output.values().write(plane * outputPlane.length, outputPlane, outputPlane.length);
    }
  }

  @Override
  public void backward() {
    Floats dx = input.requiredGradient();
    Floats dy = output.requiredGradient();
    for (int plane = 0; plane < planes; plane++) {
      dy.read(plane * outputPlane.length, outputPlane, outputPlane.length);
      Arrays.fill(inputPlane, 0);
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++) {
          visitWindow(y, x, true, outputPlane[y * out.width() + x] / window.area());
        }
      }
      dx.write(plane * inputPlane.length, inputPlane, inputPlane.length);
    }
  }

  @Override
  public String describe() {
    return "average pool " + in + " to " + out + ": place by place";
  }

  /** Returns the sum of the values in one output's window, or adds a share to each of them. */
  private float visitWindow(int outY, int outX, boolean add, float share) {
    int top = outY * window.stride().height() - window.padding().height();
    int left = outX * window.stride().width() - window.padding().width();
    int bottom = Math.min(top + window.kernel().height(), in.height());
    int right = Math.min(left + window.kernel().width(), in.width());
    float windowSum = 0;
    for (int y = Math.max(top, 0); y < bottom; y++) {
      for (int at = y * in.width() + Math.max(left, 0); at < y * in.width() + right; at++) {
        if (add) {
          inputPlane[at] += share;
        } else {
          windowSum += inputPlane[at];
        }
      }
    }
    return windowSum;
  }
}
