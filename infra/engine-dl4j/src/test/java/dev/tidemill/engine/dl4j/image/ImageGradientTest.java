package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.Size2d;
import dev.tidemill.engine.dl4j.kernel.KernelBench;
import dev.tidemill.engine.dl4j.kernel.Signal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the gradients of image kernels with numerical ones of a weighted sum of the outputs. */
class ImageGradientTest {
  // Small enough to leave most maxima in place.
  private static final float SMALL_STEP = 1e-3f;
  private static final int BATCH = 3;
  private static final Image SMALL = new Image(2, 8, 9);

  private final KernelBench bench = new KernelBench();

  @AfterEach
  void free() {
    bench.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void convolutionByOneDnn(int padding) {
    Window window = window(3, 1, padding);
    Image out = SMALL.outputShape(4, window);
    Signal x = bench.signal(BATCH * SMALL.length());
    Signal w = bench.signal(4 * 2 * 9);
    Signal b = bench.signal(4);
    Signal y = bench.signal(BATCH * out.length());
    bench.checkGradients(
        new Conv2d(BATCH, SMALL, out, window, x, w, b, y, bench.workspace), y, x, w, b);
  }

  @Test
  void stridedConvolutionByOneDnn() {
    Window window = window(3, 2, 1);
    Image out = SMALL.outputShape(4, window);
    Signal x = bench.signal(BATCH * SMALL.length());
    Signal w = bench.signal(4 * 2 * 9);
    Signal y = bench.signal(BATCH * out.length());
    bench.checkGradients(
        new Conv2d(BATCH, SMALL, out, window, x, w, null, y, bench.workspace), y, x, w);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void shiftedConvolution(int padding) {
    Window window = new Window(new Size2d(3, 4), Size2d.of(1), Size2d.of(padding));
    Image out = SMALL.outputShape(4, window);
    for (int batch : new int[] {1, BATCH}) {
      Signal x = bench.signal(batch * SMALL.length());
      Signal w = bench.signal(4 * 2 * 12);
      Signal b = bench.signal(4);
      Signal y = bench.signal(batch * out.length());
      bench.checkGradients(
          new ShiftedConv2d(batch, SMALL, out, window, x, w, b, y, bench.workspace), y, x, w, b);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void convolutionWithPooling(int padding) {
    Window window = new Window(new Size2d(3, 4), Size2d.of(1), Size2d.of(padding));
    Image out = SMALL.outputShape(4, window).outputShape(4, window(2, 2, 0));
    for (int batch : new int[] {1, BATCH}) {
      for (boolean byGemm : new boolean[] {true, false}) {
        checkPooled(batch, window, out, byGemm);
      }
    }
  }

  private void checkPooled(int batch, Window window, Image out, boolean byGemm) {
    Signal x = bench.fixed(batch * SMALL.length());
    Signal w = bench.signal(4 * 2 * 12);
    Signal b = bench.signal(4);
    Signal y = bench.signal(batch * out.length());
    bench.checkGradients(
        new PooledConv2d(batch, SMALL, out, window, x, w, b, y, byGemm, bench.workspace),
        SMALL_STEP,
        y,
        w,
        b);
  }

  @Test
  void maxPooling() {
    Window window = window(3, 2, 1);
    Signal x = bench.signal(BATCH * SMALL.length());
    Signal y = bench.signal(BATCH * SMALL.outputShape(2, window).length());
    bench.checkGradients(new MaxPool2d(BATCH, SMALL, window, x, y), y, x);
  }

  @Test
  void halvingMaxPooling() {
    Window window = window(2, 2, 0);
    Signal x = bench.signal(BATCH * SMALL.length());
    Signal y = bench.signal(BATCH * SMALL.outputShape(2, window).length());
    bench.checkGradients(new HalvingPool2d(BATCH, SMALL, window, x, y, bench.workspace), y, x);
  }

  @Test
  void averagePooling() {
    Window window = window(3, 2, 1);
    Signal x = bench.signal(BATCH * SMALL.length());
    Signal y = bench.signal(BATCH * SMALL.outputShape(2, window).length());
    bench.checkGradients(new AvgPool2d(BATCH, SMALL, window, x, y), y, x);
  }

  private static Window window(int kernel, int stride, int padding) {
    return new Window(Size2d.of(kernel), Size2d.of(stride), Size2d.of(padding));
  }
}
