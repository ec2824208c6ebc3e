package dev.tidemill.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.Size2d;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kernel by itself: the gradients it gives are the slopes of a sum over its outputs. */
class KernelGradientTest {
  private static final float STEP = 1e-2f;
  // So small that few maxima change hands.
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
    Image out = SMALL.windowed(4, window);
    Signal x = bench.signal(BATCH * SMALL.length());
    Signal w = bench.signal(4 * 2 * 9);
    Signal b = bench.signal(4);
    Signal y = bench.signal(BATCH * out.length());
    check(new Conv2d(BATCH, SMALL, out, window, x, w, b, y, bench.workspace), y, x, w, b);
  }

  @Test
  void convolutionByOneDnnInStrides() {
    Window window = window(3, 2, 1);
    Image out = SMALL.windowed(4, window);
    Signal x = bench.signal(BATCH * SMALL.length());
    Signal w = bench.signal(4 * 2 * 9);
    Signal y = bench.signal(BATCH * out.length());
    check(new Conv2d(BATCH, SMALL, out, window, x, w, null, y, bench.workspace), y, x, w);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void convolutionByRows(int padding) {
    Window window = new Window(new Size2d(3, 4), Size2d.of(1), Size2d.of(padding));
    Image out = SMALL.windowed(4, window);
    for (int batch : new int[] {1, BATCH}) {
      Signal x = bench.signal(batch * SMALL.length());
      Signal w = bench.signal(4 * 2 * 12);
      Signal b = bench.signal(4);
      Signal y = bench.signal(batch * out.length());
      check(new ShiftedConv2d(batch, SMALL, out, window, x, w, b, y, bench.workspace), y, x, w, b);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void convolutionWithPooling(int padding) {
    Window window = new Window(new Size2d(3, 4), Size2d.of(1), Size2d.of(padding));
    Image out = SMALL.windowed(4, window).windowed(4, window(2, 2, 0));
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
    check(
        new PooledConv2d(batch, SMALL, out, window, x, w, b, y, byGemm, bench.workspace),
        SMALL_STEP,
        y,
        w,
        b);
  }

  @Test
  void maximumPooling() {
    Window window = window(3, 2, 1);
    Signal x = bench.signal(BATCH * SMALL.length());
    Signal y = bench.signal(BATCH * SMALL.windowed(2, window).length());
    check(new MaxPool2d(BATCH, SMALL, window, x, y), y, x);
  }

  @Test
  void maximumPoolingInHalves() {
    Window window = window(2, 2, 0);
    Signal x = bench.signal(BATCH * SMALL.length());
    Signal y = bench.signal(BATCH * SMALL.windowed(2, window).length());
    check(new HalvingPool2d(BATCH, SMALL, window, x, y, bench.workspace), y, x);
  }

  @Test
  void averagePooling() {
    Window window = window(3, 2, 1);
    Signal x = bench.signal(BATCH * SMALL.length());
    Signal y = bench.signal(BATCH * SMALL.windowed(2, window).length());
    check(new AvgPool2d(BATCH, SMALL, window, x, y), y, x);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, BATCH, 256})
  void linear(int batch) {
    Signal x = bench.signal(batch * 70);
    Signal w = bench.signal(70 * 64);
    Signal b = bench.signal(64);
    Signal y = bench.signal(batch * 64);
    check(new Linear(batch, 70, 64, x, w, b, y), y, x, w, b);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6})
  void batchNorm(int pixels) {
    Signal x = bench.signal(8 * 2 * pixels);
    Signal w = bench.signal(2);
    Signal b = bench.signal(2);
    Signal y = bench.signal(8 * 2 * pixels);
    BatchNorm.Tensors tensors = new BatchNorm.Tensors(w, b, bench.random(2), bench.random(2));
    check(new BatchNorm("norm", 8, 2, pixels, 1e-5, 0.1, x, tensors, y), y, x, w, b);
  }

  @Test
  void dropout() {
    Signal x = bench.signal(BATCH * 50);
    Signal y = bench.signal(BATCH * 50);
    check(new Dropout(1, 0.3, 50, x, y), y, x);
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
      check(kernel, y, x);
    }
  }

  @Test
  void layerNorm() {
    Signal x = bench.signal(BATCH * 19);
    Signal w = bench.signal(19);
    Signal b = bench.signal(19);
    Signal y = bench.signal(BATCH * 19);
    check(new LayerNorm(BATCH, 19, 1e-5, x, w, b, y), y, x, w, b);
  }

  @Test
  void embedding() {
    Floats tokens = bench.random(10);
    for (int i = 0; i < tokens.length(); i++) {
      tokens.buffer().put(i, i * i % 7);
    }
    Signal w = bench.signal(7 * 5);
    Signal y = bench.signal(10 * 5);
    check(new Embedding(10, 7, 5, tokens, w, y), y, w);
  }

  @Test
  void positionalEmbedding() {
    Signal x = bench.signal(BATCH * 20);
    Signal w = bench.signal(20);
    Signal y = bench.signal(BATCH * 20);
    check(new PositionalEmbedding(BATCH, 20, x, w, y), y, x, w);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sequencePool(boolean mean) {
    Signal x = bench.signal(BATCH * 4 * 5);
    Signal y = bench.signal(BATCH * 5);
    check(new SequencePool(BATCH, 4, 5, mean, x, y), y, x);
  }

  @Test
  void sumOfTwo() {
    Signal a = bench.signal(50);
    Signal b = bench.signal(50);
    Signal y = bench.signal(50);
    check(new Sum(a, b, y), y, a, b);
  }

  @Test
  void gradientOfAForkIsTheSumOfBoth() {
    Signal x = bench.signal(1500);
    Floats first = bench.random(1500);
    Floats second = bench.random(1500);
    new Fork(x, first, second).backward();
    for (int i = 0; i < 1500; i++) {
      float sum = first.buffer().get(i) + second.buffer().get(i);
      assertThat(x.requiredGradient().buffer().get(i)).isEqualTo(sum);
    }
  }

  @Test
  void turnsOfRows() {
    Signal x = bench.signal(BATCH * 4 * 5);
    Signal y = bench.signal(BATCH * 4 * 5);
    check(TimeMajor.of(BATCH, 4, 5, x, y), y, x);
    check(TimeMajor.back(BATCH, 4, 5, x, y), y, x);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, BATCH, 40})
  void lstm(int batch) {
    for (boolean reverse : new boolean[] {false, true}) {
      for (int length : new int[] {1, 5}) {
        LstmShape shape = new LstmShape(batch, length, 30, reverse);
        Floats sums = bench.random(length * batch * 120);
        Signal z = bench.signal(length * batch * 120);
        Signal w = bench.signal(120 * 30);
        Signal b = bench.signal(120);
        Signal y = bench.signal(length * batch * 37);
        LstmSteps steps = new LstmSteps(shape, z, w, b, new Columns(y, 5, 37), bench.workspace);
        Signal x = new Signal(sums, z.requiredGradient());
        check(new Given(x, z, steps), y, x, w, b);
      }
    }
  }

  /** A kernel that replaces its input, with the input kept apart. */
  private record Given(Signal kept, Signal replaced, Kernel kernel) implements Kernel {
    @Override
    public void forward() {
      replaced.values().copyFrom(kept.values());
      kernel.forward();
    }

    @Override
    public void backward() {
      kernel.backward();
    }

    @Override
    public String way() {
      return kernel.way();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attention(boolean causal) {
    for (DropoutMask mask : new DropoutMask[] {null, new DropoutMask(1, 0.3)}) {
      AttentionShape shape = new AttentionShape(2, 40, 3, 12, causal);
      Signal x = bench.signal(2 * 40 * 36);
      Signal y = bench.signal(2 * 40 * 12);
      check(new Attention(shape, x, y, mask, bench.workspace), y, x);
    }
  }

  @Test
  void dropoutOfSequences() {
    Signal x = bench.signal(BATCH * 4 * 5);
    Signal y = bench.signal(BATCH * 4 * 5);
    check(new SequenceDropout(BATCH, 4, 5, new DropoutMask(1, 0.3), x, y), y, x);
  }

  private void check(Kernel kernel, Signal output, Signal... learning) {
    check(kernel, STEP, output, learning);
  }

  private void check(Kernel kernel, float step, Signal output, Signal... learning) {
    bench.run(kernel, output);
    float[] weights = KernelBench.read(output.requiredGradient());
    for (int s = 0; s < learning.length; s++) {
      float[] analytic = KernelBench.read(learning[s].requiredGradient());
      Floats values = learning[s].values();
      int stride = Math.max(1, analytic.length / 40);
      for (int i = 0; i < analytic.length; i += stride) {
        float value = values.buffer().get(i);
        double above = sum(kernel, output, weights, values, i, value + step);
        double below = sum(kernel, output, weights, values, i, value - step);
        values.buffer().put(i, value);
        double numeric = (above - below) / (2 * step);
        assertThat((double) analytic[i])
            .as("%s: signal %d at %d", kernel.way(), s, i)
            .isCloseTo(numeric, within(2e-3 + 2e-3 * Math.abs(numeric)));
      }
    }
  }

  private static double sum(
      Kernel kernel, Signal output, float[] weights, Floats changed, int at, float value) {
    changed.buffer().put(at, value);
    kernel.forwardTraining(new TrainingPass());
    float[] outputs = KernelBench.read(output.values());
    double sum = 0;
    for (int i = 0; i < outputs.length; i++) {
      sum += (double) outputs[i] * weights[i];
    }
    return sum;
  }

  private static Window window(int kernel, int stride, int padding) {
    return new Window(Size2d.of(kernel), Size2d.of(stride), Size2d.of(padding));
  }
}
