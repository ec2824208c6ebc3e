package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.Size2d;
import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.KernelBench;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.kernel.StockLayer;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
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
 * Compares image kernels with DL4J's own layers, forward and backward. DL4J excludes padding from
 * averages: {@link ImageGradientTest} covers that.
 */
class StockImageTest {

  @BeforeAll
  static void loadNatives() {
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
  void convolutionsMatchDl4j(int padding) {
    Window window = window(3, 1, padding);
    Image out = IN.outputShape(4, window);
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
      StockLayer.assertSame(y.values(), stock.forward(images(x.values(), IN)));
      Pair<Gradient, INDArray> back = stock.backward(images(y.requiredGradient(), out));
      StockLayer.assertSame(x.requiredGradient(), back.getSecond());
      StockLayer.assertSame(w.requiredGradient(), back.getFirst().getGradientFor("W"));
      StockLayer.assertSame(b.requiredGradient(), back.getFirst().getGradientFor("b"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void convolutionWithPoolingMatchesDl4j(int padding) {
    Window window = window(3, 1, padding);
    Image between = IN.outputShape(4, window);
    Image out = between.outputShape(4, window(2, 2, 0));
    Signal x = bench.fixed(BATCH * IN.length());
    Signal w = bench.signal(4 * 3 * 9);
    Signal b = bench.signal(4);
    Signal y = bench.signal(BATCH * out.length());
    for (boolean byGemm : new boolean[] {true, false}) {
      bench.run(new PooledConv2d(BATCH, IN, out, window, x, w, b, y, byGemm, bench.workspace), y);
      StockLayer convolution = convolution(w, b, padding);
      StockLayer pool = new StockLayer(pooling(PoolingType.MAX, 2, 2), Map.of());
      StockLayer.assertSame(y.values(), pool.forward(convolution.forward(images(x.values(), IN))));
      INDArray back = pool.backward(images(y.requiredGradient(), out)).getSecond();
      Gradient gradient = convolution.backward(back).getFirst();
      StockLayer.assertSame(w.requiredGradient(), gradient.getGradientFor("W"));
      StockLayer.assertSame(b.requiredGradient(), gradient.getGradientFor("b"));
    }
  }

  @Test
  void maxPoolingMatchesDl4j() {
    Window window = window(3, 2, 0);
    Signal x = bench.signal(BATCH * IN.length());
    Signal y = bench.signal(BATCH * IN.outputShape(3, window).length());
    bench.run(new MaxPool2d(BATCH, IN, window, x, y), y);
    assertPools(x, y, window, new StockLayer(pooling(PoolingType.MAX, 3, 2), Map.of()));
  }

  @Test
  void halvingMaxPoolingMatchesDl4j() {
    Window window = window(2, 2, 0);
    Signal x = bench.signal(BATCH * IN.length());
    Signal y = bench.signal(BATCH * IN.outputShape(3, window).length());
    bench.run(new HalvingPool2d(BATCH, IN, window, x, y, bench.workspace), y);
    assertPools(x, y, window, new StockLayer(pooling(PoolingType.MAX, 2, 2), Map.of()));
  }

  @Test
  void averagePoolingMatchesDl4j() {
    Window window = window(3, 2, 0);
    Signal x = bench.signal(BATCH * IN.length());
    Signal y = bench.signal(BATCH * IN.outputShape(3, window).length());
    bench.run(new AvgPool2d(BATCH, IN, window, x, y), y);
    assertPools(x, y, window, new StockLayer(pooling(PoolingType.AVG, 3, 2), Map.of()));
  }

  private static void assertPools(Signal x, Signal y, Window window, StockLayer stock) {
    Image out = IN.outputShape(3, window);
    StockLayer.assertSame(y.values(), stock.forward(images(x.values(), IN)));
    StockLayer.assertSame(
        x.requiredGradient(), stock.backward(images(y.requiredGradient(), out)).getSecond());
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
}
