package dev.tidemill.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.Size2d;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is not a number shows in what each kernel gives on, forward and back: a run that has gone
 * wrong is seen in its loss.
 */
class NotANumberTest {
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
  void activations() {
    for (Kernel kernel :
        List.of(
            new Relu(x, y),
            new Tanh(x, y),
            new Sigmoid(x, y),
            new Gelu(x, y),
            new GeluTanh(x, y))) {
      check(kernel, x, y);
    }
  }

  @Test
  void layersOfImages() {
    Window window = new Window(Size2d.of(3), Size2d.of(1), Size2d.of(1));
    Signal w = bench.signal(2 * 2 * 9);
    check(new Conv2d(BATCH, IMAGE, IMAGE, window, x, w, null, y, bench.workspace), x, y);
    check(new ShiftedConv2d(BATCH, IMAGE, IMAGE, window, x, w, null, y, bench.workspace), x, y);
    check(new AvgPool2d(BATCH, IMAGE, window, x, y), x, y);
    BatchNorm.Tensors tensors =
        new BatchNorm.Tensors(bench.signal(2), bench.signal(2), bench.random(2), bench.random(2));
    check(new BatchNorm("norm", BATCH, 2, 36, 1e-5, 0.1, x, tensors, y), x, y);
  }

  @Test
  void layersOfRows() {
    Signal w = bench.signal(12 * 12);
    Signal b = bench.signal(12);
    check(new Linear(BATCH * 6, 12, 12, x, w, b, y), x, y);
    check(new LayerNorm(BATCH * 6, 12, 1e-5, x, b, bench.signal(12), y), x, y);
    check(new Dropout(1, 0, 72, x, y), x, y);
    check(new Sum(x, bench.signal(BATCH * 72), y), x, y);
    check(new PositionalEmbedding(BATCH, 72, x, bench.signal(72), y), x, y);
  }

  @Test
  void attention() {
    Signal given = bench.signal(BATCH * 6 * 4);
    for (boolean causal : new boolean[] {false, true}) {
      AttentionShape shape = new AttentionShape(BATCH, 6, 2, 4, causal);
      check(new Attention(shape, x, given, null, bench.workspace), x, given);
    }
  }

  @Test
  void lstm() {
    LstmShape shape = new LstmShape(BATCH, 6, 3, false);
    Signal shown = bench.signal(BATCH * 6 * 3);
    Columns output = new Columns(shown, 0, 3);
    check(
        new LstmSteps(shape, x, bench.signal(36), bench.signal(12), output, bench.workspace),
        x,
        shown);
  }

  private void check(Kernel kernel, Signal input, Signal output) {
    input.values().copyFrom(bench.random(input.values().length()));
    input.values().buffer().put(5, Float.NaN);
    kernel.forwardTraining(new TrainingPass());
    assertThat(KernelBench.read(output.values())).as(kernel.way()).contains(Float.NaN);
    input.values().copyFrom(bench.random(input.values().length()));
    kernel.forwardTraining(new TrainingPass());
    output.requiredGradient().copyFrom(bench.random(output.values().length()));
    // Several, since a gradient of what ReLU cut off goes nowhere.
    for (int i = 0; i < 12; i++) {
      output.requiredGradient().buffer().put(i, Float.NaN);
    }
    kernel.backward();
    assertThat(KernelBench.read(input.requiredGradient())).as(kernel.way()).contains(Float.NaN);
  }
}
