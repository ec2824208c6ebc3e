package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import java.util.Arrays;

/**
 * The maximum of each window. The first of equal ones wins and takes the gradient, as in PyTorch;
 * padding never wins.
 */
public final class MaxPool2d implements Kernel {
  private final int planes;
  private final Image in;
  private final Image out;
  private final Window window;
  private final Signal input;
  private final Signal output;
  private final float[] from;
  private final float[] to;
  // Of each output, where in its input plane the maximum stood.
  private final int[] places;

  MaxPool2d(int batch, Image in, Window window, Signal input, Signal output) {
    this.in = in;
    this.window = window;
    this.input = input;
    this.output = output;
    out = in.windowed(in.channels(), window);
    planes = batch * in.channels();
    from = new float[in.planeLength()];
    to = new float[out.planeLength()];
    places = new int[Math.multiplyExact(planes, out.planeLength())];
  }

  /** The kernel for a window. */
  public static Kernel of(
      int batch, Image in, Window window, Signal input, Signal output, Workspace workspace) {
    return window.halves()
        ? new HalvingPool2d(batch, in, window, input, output, workspace)
        : new MaxPool2d(batch, in, window, input, output);
  }

  @Override
  public void forward() {
    for (int plane = 0; plane < planes; plane++) {
      input.values().read(plane * from.length, from, from.length);
      pool(plane * to.length);
      output.values().write(plane * to.length, to, to.length);
    }
  }

  @Override
  public void backward() {
    Floats dx = input.requiredGradient();
    Floats dy = output.requiredGradient();
    for (int plane = 0; plane < planes; plane++) {
      int first = plane * to.length;
      dy.read(first, to, to.length);
      Arrays.fill(from, 0);
      for (int i = 0; i < to.length; i++) {
        from[places[first + i]] += to[i];
      }
      dx.write(plane * from.length, from, from.length);
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
        int place = largest(Math.max(top, 0), bottom, Math.max(left, 0), right);
        to[i] = from[place];
        places[first + i] = place;
        i++;
      }
    }
  }

  private int largest(int top, int bottom, int left, int right) {
    int place = top * in.width() + left;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        int at = y * in.width() + x;
        if (from[at] > from[place] || Float.isNaN(from[at])) {
          place = at;
        }
      }
    }
    return place;
  }
}
