package dev.tidemill.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.Size2d;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Each kernel by itself against DL4J's own layer, forward and back.
 *
 * <p>Without one: GELU, which DL4J approximates differently; dropout, whose mask is another; the
 * average over padding, which DL4J leaves out. {@link KernelGradientTest} and {@link
 * PyTorchParityTest} hold those.
 */
class StockLayerTest {
  @BeforeAll
  static void loadOurNatives() {
    NativeLibraries.load();
  }

  private static final int BATCH = 5;
  private static final Image IN = new Image(3, 10, 11);

  private final KernelBench bench = new KernelBench();

  @AfterEach
  void free() {
    bench.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void convolutions(int padding) {
    Window window = window(3, 1, padding);
    Image out = IN.windowed(4, window);
    Signal x = bench.signal(BATCH * IN.length());
    Signal w = bench.signal(4 * 3 * 9);
    Signal b = bench.signal(4);
    Signal y = bench.signal(BATCH * out.length());
    for (Kernel kernel :
        new Kernel[] {
          new Conv2d(BATCH, IN, out, window, x, w, b, y, bench.workspace),
          new ShiftedConv2d(BATCH, IN, out, window, x, w, b, y, bench.workspace)
        }) {
      bench.run(kernel, y);
      StockLayer stock = convolution(w, b, padding);
      assertSame(y.values(), stock.forward(images(x.values(), IN)));
      Pair<Gradient, INDArray> back = stock.backward(images(y.requiredGradient(), out));
      assertSame(x.requiredGradient(), back.getSecond());
      assertSame(w.requiredGradient(), back.getFirst().getGradientFor("W"));
      assertSame(b.requiredGradient(), back.getFirst().getGradientFor("b"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void convolutionWithPooling(int padding) {
    Window window = window(3, 1, padding);
    Image between = IN.windowed(4, window);
    Image out = between.windowed(4, window(2, 2, 0));
    Signal x = bench.fixed(BATCH * IN.length());
    Signal w = bench.signal(4 * 3 * 9);
    Signal b = bench.signal(4);
    Signal y = bench.signal(BATCH * out.length());
    for (boolean byGemm : new boolean[] {true, false}) {
      bench.run(new PooledConv2d(BATCH, IN, out, window, x, w, b, y, byGemm, bench.workspace), y);
      StockLayer convolution = convolution(w, b, padding);
      StockLayer pool = new StockLayer(pooling(PoolingType.MAX, 2, 2), Map.of());
      assertSame(y.values(), pool.forward(convolution.forward(images(x.values(), IN))));
      INDArray back = pool.backward(images(y.requiredGradient(), out)).getSecond();
      Gradient gradient = convolution.backward(back).getFirst();
      assertSame(w.requiredGradient(), gradient.getGradientFor("W"));
      assertSame(b.requiredGradient(), gradient.getGradientFor("b"));
    }
  }

  @Test
  void maximumPooling() {
    Window window = window(3, 2, 0);
    Signal x = bench.signal(BATCH * IN.length());
    Signal y = bench.signal(BATCH * IN.windowed(3, window).length());
    bench.run(new MaxPool2d(BATCH, IN, window, x, y), y);
    assertPools(x, y, window, new StockLayer(pooling(PoolingType.MAX, 3, 2), Map.of()));
  }

  @Test
  void maximumPoolingInHalves() {
    Window window = window(2, 2, 0);
    Signal x = bench.signal(BATCH * IN.length());
    Signal y = bench.signal(BATCH * IN.windowed(3, window).length());
    bench.run(new HalvingPool2d(BATCH, IN, window, x, y, bench.workspace), y);
    assertPools(x, y, window, new StockLayer(pooling(PoolingType.MAX, 2, 2), Map.of()));
  }

  @Test
  void averagePooling() {
    Window window = window(3, 2, 0);
    Signal x = bench.signal(BATCH * IN.length());
    Signal y = bench.signal(BATCH * IN.windowed(3, window).length());
    bench.run(new AvgPool2d(BATCH, IN, window, x, y), y);
    assertPools(x, y, window, new StockLayer(pooling(PoolingType.AVG, 3, 2), Map.of()));
  }

  private static void assertPools(Signal x, Signal y, Window window, StockLayer stock) {
    Image out = IN.windowed(3, window);
    assertSame(y.values(), stock.forward(images(x.values(), IN)));
    assertSame(x.requiredGradient(), stock.backward(images(y.requiredGradient(), out)).getSecond());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 256})
  void linear(int batch) {
    Signal x = bench.signal(batch * 70);
    Signal w = bench.signal(70 * 64);
    Signal b = bench.signal(64);
    Signal y = bench.signal(batch * 64);
    bench.run(new Linear(batch, 70, 64, x, w, b, y), y);
    DenseLayer spec =
        new DenseLayer.Builder().nIn(70).nOut(64).activation(Activation.IDENTITY).build();
    StockLayer stock =
        new StockLayer(
            spec, Map.of("W", w.values().array(64, 70).transpose(), "b", b.values().array(1, 64)));
    assertSame(y.values(), stock.forward(x.values().array(batch, 70).dup()));
    Pair<Gradient, INDArray> back = stock.backward(y.requiredGradient().array(batch, 64).dup());
    assertSame(x.requiredGradient(), back.getSecond());
    assertSame(w.requiredGradient(), back.getFirst().getGradientFor("W").transpose());
    assertSame(b.requiredGradient(), back.getFirst().getGradientFor("b"));
  }

  @Test
  void batchNorm() {
    Signal x = bench.signal(BATCH * IN.length());
    Signal w = bench.signal(3);
    Signal b = bench.signal(3);
    Signal y = bench.signal(BATCH * IN.length());
    BatchNorm.Tensors tensors = new BatchNorm.Tensors(w, b, bench.random(3), bench.random(3));
    bench.run(new BatchNorm("norm", BATCH, 3, 110, 1e-5, 0.1, x, tensors, y), y);
    BatchNormalization spec =
        new BatchNormalization.Builder().nIn(3).nOut(3).eps(1e-5).decay(0.9).build();
    StockLayer stock =
        new StockLayer(
            spec, Map.of("gamma", w.values().array(1, 3), "beta", b.values().array(1, 3)));
    assertSame(y.values(), stock.forward(images(x.values(), IN)));
    Pair<Gradient, INDArray> back = stock.backward(images(y.requiredGradient(), IN));
    assertSame(x.requiredGradient(), back.getSecond());
    assertSame(w.requiredGradient(), back.getFirst().getGradientFor("gamma"));
    assertSame(b.requiredGradient(), back.getFirst().getGradientFor("beta"));
  }

  @Test
  void activations() {
    Signal x = bench.signal(BATCH * 20);
    Signal y = bench.signal(BATCH * 20);
    Map<Activation, Kernel> kernels =
        Map.of(
            Activation.RELU,
            new Relu(x, y),
            Activation.TANH,
            new Tanh(x, y),
            Activation.SIGMOID,
            new Sigmoid(x, y));
    kernels.forEach(
        (activation, kernel) -> {
          bench.run(kernel, y);
          StockLayer stock =
              new StockLayer(
                  new ActivationLayer.Builder().activation(activation).build(), Map.of());
          assertSame(y.values(), stock.forward(x.values().array(BATCH, 20).dup()));
          assertSame(
              x.requiredGradient(),
              stock.backward(y.requiredGradient().array(BATCH, 20).dup()).getSecond());
        });
  }

  private static StockLayer convolution(Signal w, Signal b, int padding) {
    ConvolutionLayer spec =
        new ConvolutionLayer.Builder(3, 3)
            .nIn(3)
            .nOut(4)
            .padding(padding, padding)
            .activation(Activation.IDENTITY)
            .build();
    return new StockLayer(
        spec, Map.of("W", w.values().array(4, 3, 3, 3), "b", b.values().array(1, 4)));
  }

  private static SubsamplingLayer pooling(PoolingType type, int kernel, int stride) {
    return new SubsamplingLayer.Builder(type)
        .kernelSize(kernel, kernel)
        .stride(stride, stride)
        .build();
  }

  private static INDArray images(Floats values, Image image) {
    int batch = values.length() / image.length();
    return values.array(batch, image.channels(), image.height(), image.width()).dup();
  }

  private static Window window(int kernel, int stride, int padding) {
    return new Window(Size2d.of(kernel), Size2d.of(stride), Size2d.of(padding));
  }

  private static void assertSame(Floats ours, INDArray theirs) {
    float[] expected = theirs.dup('c').data().asFloat();
    float[] values = KernelBench.read(ours);
    assertThat(values).hasSameSizeAs(expected);
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i])
          .as("value %d", i)
          .isCloseTo(expected[i], within(2e-5f + 2e-5f * Math.abs(expected[i])));
    }
  }
}
