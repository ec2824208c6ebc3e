package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;

/** The mean of each window, padding counted as zeros (PyTorch's {@code count_include_pad}). */
public final class AvgPool2d implements Kernel {
  private final int planes;
  private final Image in;
  private final Image out;
  private final Window window;
  private final Signal input;
  private final Signal output;
  private final float[] from;
  private final float[] to;

  public AvgPool2d(int batch, Image in, Window window, Signal input, Signal output) {
    this.in = in;
    this.window = window;
    this.input = input;
    this.output = output;
    out = in.windowed(in.channels(), window);
    planes = batch * in.channels();
    from = new float[in.planeLength()];
    to = new float[out.planeLength()];
  }

  @Override
  public void forward() {
    for (int plane = 0; plane < planes; plane++) {
      input.values().read(plane * from.length, from, from.length);
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++) {
          to[y * out.width() + x] = window(y, x, false, 0) / window.area();
        }
      }
      output.values().write(plane * to.length, to, to.length);
    }
  }

  @Override
  public void backward() {
    Floats dx = input.requiredGradient();
    Floats dy = output.requiredGradient();
    for (int plane = 0; plane < planes; plane++) {
      dy.read(plane * to.length, to, to.length);
      Arrays.fill(from, 0);
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++) {
          window(y, x, true, to[y * out.width() + x] / window.area());
        }
      }
      dx.write(plane * from.length, from, from.length);
    }
  }

  @Override
  public String describe() {
    return "average pool " + in + " to " + out + ": place by place";
  }

  /** Sums the values under the window of one output, or adds a share to each of them. */
  private float window(int outY, int outX, boolean add, float share) {
    int top = outY * window.stride().height() - window.padding().height();
    int left = outX * window.stride().width() - window.padding().width();
    int bottom = Math.min(top + window.kernel().height(), in.height());
    int right = Math.min(left + window.kernel().width(), in.width());
    float sum = 0;
    for (int y = Math.max(top, 0); y < bottom; y++) {
      for (int at = y * in.width() + Math.max(left, 0); at < y * in.width() + right; at++) {
        if (add) {
          from[at] += share;
        } else {
          sum += from[at];
        }
      }
    }
    return sum;
  }
}
