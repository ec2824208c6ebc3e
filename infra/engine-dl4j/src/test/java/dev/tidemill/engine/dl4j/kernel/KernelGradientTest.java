package dev.tidemill.engine.dl4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.CategoryColumn;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the gradients of each kernel with numerical ones of a weighted sum of the outputs. */
class KernelGradientTest {
  private static final int BATCH = 3;

  private final KernelBench bench = new KernelBench();

  @AfterEach
  void free() {
    bench.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, BATCH, 256})
  void linear(int batch) {
    Signal x = bench.signal(batch * 70);
    Signal w = bench.signal(70 * 64);
    Signal b = bench.signal(64);
    Signal y = bench.signal(batch * 64);
    bench.checkGradients(new Linear(batch, 70, 64, x, w, b, y), y, x, w, b);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6})
  void batchNorm(int pixels) {
    Signal x = bench.signal(8 * 2 * pixels);
    Signal w = bench.signal(2);
    Signal b = bench.signal(2);
    Signal y = bench.signal(8 * 2 * pixels);
    BatchNorm.Tensors tensors = new BatchNorm.Tensors(w, b, bench.random(2), bench.random(2));
    bench.checkGradients(new BatchNorm("norm", 8, 2, pixels, 1e-5, 0.1, x, tensors, y), y, x, w, b);
  }

  @Test
  void dropout() {
    Signal x = bench.signal(BATCH * 50);
    Signal y = bench.signal(BATCH * 50);
    bench.checkGradients(new Dropout(1, 0.3, 50, x, y), y, x);
  }

  @Test
  void activations() {
    Signal x = bench.signal(50);
    Signal y = bench.signal(50);
    for (Kernel kernel :
        List.of(
            new Relu(x, y),
            new Tanh(x, y),
            new Sigmoid(x, y),
            new Gelu(x, y),
            new GeluTanh(x, y))) {
      bench.checkGradients(kernel, y, x);
    }
  }

  @Test
  void layerNorm() {
    Signal x = bench.signal(BATCH * 19);
    Signal w = bench.signal(19);
    Signal b = bench.signal(19);
    Signal y = bench.signal(BATCH * 19);
    bench.checkGradients(new LayerNorm(BATCH, 19, 1e-5, x, w, b, y), y, x, w, b);
  }

  @Test
  void columnEmbedding() {
    Floats x = bench.random(4 * 5);
    for (int i = 0; i < 4; i++) {
      x.buffer().put(i * 5 + 1, i % 3);
      x.buffer().put(i * 5 + 3, i == 3 ? 1 : 0);
    }
    Signal first = bench.signal(3 * 6);
    Signal second = bench.signal(2 * 6);
    Signal y = bench.signal(4 * (3 + 2 * 6));
    ColumnEmbedding kernel =
        new ColumnEmbedding(
            4,
            5,
            6,
            List.of(new CategoryColumn(1, 3), new CategoryColumn(3, 2)),
            List.of(first, second),
            x,
            y);
    bench.checkGradients(kernel, y, first, second);
    assertThat(KernelBench.read(y.values())).startsWith(x.buffer().get(0), x.buffer().get(2));
    x.buffer().put(6, 0.5f);
    assertThatThrownBy(kernel::forward)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value 0.5 of element 1 is invalid; categories are integers from 0 to 2");
  }

  @Test
  void sum() {
    Signal a = bench.signal(50);
    Signal b = bench.signal(50);
    Signal y = bench.signal(50);
    bench.checkGradients(new Sum(a, b, y), y, a, b);
  }

  @Test
  void forkSumsTheGradients() {
    Signal x = bench.signal(1500);
    Floats first = bench.random(1500);
    Floats second = bench.random(1500);
    new Fork(x, first, second).backward();
    for (int i = 0; i < 1500; i++) {
      float sum = first.buffer().get(i) + second.buffer().get(i);
      assertThat(x.requiredGradient().buffer().get(i)).isEqualTo(sum);
    }
  }
}
