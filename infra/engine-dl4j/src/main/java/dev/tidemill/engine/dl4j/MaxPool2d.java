package dev.tidemill.engine.dl4j;

import java.util.Arrays;

/**
 * The maximum of each window. The first of equal ones wins and takes the gradient, as in PyTorch;
 * padding never wins.
 */
final class MaxPool2d implements Kernel {
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

  @Override
  public void forward() {
    run(false);
  }

  @Override
  public void forwardTraining(TrainingPass pass) {
    run(true);
  }

  private void run(boolean remember) {
    for (int plane = 0; plane < planes; plane++) {
      input.values().read(plane * from.length, from, from.length);
      if (window.halves() && remember) {
        halve(plane * to.length);
      } else if (window.halves()) {
        halve();
      } else {
        pool(plane * to.length);
      }
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
  public String way() {
    return "max pool "
        + in
        + " to "
        + out
        + (window.halves() ? ": rows in pairs" : ": place by place");
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

  /**
   * The same for windows of 2 by 2, without a branch that data decide: which of four is largest is
   * as good as random, and a mispredicted branch costs more than all the rest.
   */
  private void halve(int first) {
    int width = in.width();
    int i = 0;
    for (int y = 0; y < out.height(); y++) {
      int at = 2 * y * width;
      for (int x = 0; x < out.width(); x++) {
        float a = from[at];
        float b = from[at + 1];
        float c = from[at + width];
        float largest = Math.max(Math.max(a, b), Math.max(c, from[at + width + 1]));
        int bits = Float.floatToRawIntBits(largest);
        int notA = different(Float.floatToRawIntBits(a), bits);
        int notB = different(Float.floatToRawIntBits(b), bits);
        int notC = different(Float.floatToRawIntBits(c), bits);
        to[i] = largest;
        // 0, 1, width or width + 1 further
        places[first + i] = at + notA * (1 + notB * (width - 1 + notC));
        at += 2;
        i++;
      }
    }
  }

  /** The same without the places, which only going back needs: half the work. */
  private void halve() {
    int width = in.width();
    int i = 0;
    for (int y = 0; y < out.height(); y++) {
      int at = 2 * y * width;
      for (int x = 0; x < out.width(); x++) {
        float upper = Math.max(from[at], from[at + 1]);
        to[i] = Math.max(upper, Math.max(from[at + width], from[at + width + 1]));
        at += 2;
        i++;
      }
    }
  }

  /** 1 if they differ, else 0. */
  private static int different(int a, int b) {
    int difference = a ^ b;
    return (difference | -difference) >>> 31;
  }
}
