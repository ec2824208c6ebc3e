package dev.tidemill.engine.dl4j.kernel;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Checks that each kernel propagates NaN, forward and backward, so that the loss of a diverged run
 * is NaN.
 */
class NotANumberTest {
  private static final int BATCH = 2;

  private final KernelBench bench = new KernelBench();
  private final Signal x = bench.signal(BATCH * 72);
  private final Signal y = bench.signal(BATCH * 72);

  @AfterEach
  void free() {
    bench.close();
  }

  @Test
  void activationsPropagateNaN() {
    for (Kernel kernel :
        List.of(
            new Relu(x, y),
            new Tanh(x, y),
            new Sigmoid(x, y),
            new Gelu(x, y),
            new GeluTanh(x, y))) {
      bench.checkPropagatesNaN(kernel, x, y);
    }
  }

  @Test
  void batchNormPropagatesNaN() {
    BatchNorm.Tensors tensors =
        new BatchNorm.Tensors(bench.signal(2), bench.signal(2), bench.random(2), bench.random(2));
    bench.checkPropagatesNaN(new BatchNorm("norm", BATCH, 2, 36, 1e-5, 0.1, x, tensors, y), x, y);
  }

  @Test
  void rowKernelsPropagateNaN() {
    Signal w = bench.signal(12 * 12);
    Signal b = bench.signal(12);
    bench.checkPropagatesNaN(new Linear(BATCH * 6, 12, 12, x, w, b, y), x, y);
    bench.checkPropagatesNaN(new LayerNorm(BATCH * 6, 12, 1e-5, x, b, bench.signal(12), y), x, y);
    bench.checkPropagatesNaN(new Dropout(1, 0, 72, x, y), x, y);
    bench.checkPropagatesNaN(new Sum(x, bench.signal(BATCH * 72), y), x, y);
  }
}
