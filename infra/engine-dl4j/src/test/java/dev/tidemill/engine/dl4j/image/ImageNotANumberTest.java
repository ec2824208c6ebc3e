package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.Size2d;
import dev.tidemill.engine.dl4j.kernel.KernelBench;
import dev.tidemill.engine.dl4j.kernel.Signal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checks that image kernels propagate NaN, forward and backward. */
class ImageNotANumberTest {
  private static final int BATCH = 2;
  private static final Image IMAGE = new Image(2, 6, 6);

  private final KernelBench bench = new KernelBench();
  private final Signal x = bench.signal(BATCH * IMAGE.length());
  private final Signal y = bench.signal(BATCH * IMAGE.length());

  @AfterEach
  void free() {
    bench.close();
  }

  @Test
  void imageKernelsPropagateNaN() {
    Window window = new Window(Size2d.of(3), Size2d.of(1), Size2d.of(1));
    Signal w = bench.signal(2 * 2 * 9);
    bench.checkPropagatesNaN(
        new Conv2d(BATCH, IMAGE, IMAGE, window, x, w, null, y, bench.workspace), x, y);
    bench.checkPropagatesNaN(
        new ShiftedConv2d(BATCH, IMAGE, IMAGE, window, x, w, null, y, bench.workspace), x, y);
    bench.checkPropagatesNaN(new AvgPool2d(BATCH, IMAGE, window, x, y), x, y);
  }
}
