package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
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
 * Compares each kernel with DL4J's own layer, forward and backward.
 *
 * <p>DL4J approximates GELU differently and draws other dropout masks. {@link KernelGradientTest}
 * and {@code PyTorchParityTest} cover those.
 */
class StockLayerTest {

  @BeforeAll
  static void loadNatives() {
    NativeLibraries.load();
  }

  private static final int BATCH = 5;

  private final KernelBench bench = new KernelBench();

  @AfterEach
  void free() {
    bench.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 256})
  void linearMatchesDl4j(int batch) {
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
    StockLayer.assertSame(y.values(), stock.forward(x.values().array(batch, 70).dup()));
    Pair<Gradient, INDArray> back = stock.backward(y.requiredGradient().array(batch, 64).dup());
    StockLayer.assertSame(x.requiredGradient(), back.getSecond());
    StockLayer.assertSame(w.requiredGradient(), back.getFirst().getGradientFor("W").transpose());
    StockLayer.assertSame(b.requiredGradient(), back.getFirst().getGradientFor("b"));
  }

  @Test
  void batchNormMatchesDl4j() {
    Signal x = bench.signal(BATCH * 3 * 110);
    Signal w = bench.signal(3);
    Signal b = bench.signal(3);
    Signal y = bench.signal(BATCH * 3 * 110);
    BatchNorm.Tensors tensors = new BatchNorm.Tensors(w, b, bench.random(3), bench.random(3));
    bench.run(new BatchNorm("norm", BATCH, 3, 110, 1e-5, 0.1, x, tensors, y), y);
    BatchNormalization spec =
        new BatchNormalization.Builder().nIn(3).nOut(3).eps(1e-5).decay(0.9).build();
    StockLayer stock =
        new StockLayer(
            spec, Map.of("gamma", w.values().array(1, 3), "beta", b.values().array(1, 3)));
    StockLayer.assertSame(y.values(), stock.forward(x.values().array(BATCH, 3, 10, 11).dup()));
    Pair<Gradient, INDArray> back =
        stock.backward(y.requiredGradient().array(BATCH, 3, 10, 11).dup());
    StockLayer.assertSame(x.requiredGradient(), back.getSecond());
    StockLayer.assertSame(w.requiredGradient(), back.getFirst().getGradientFor("gamma"));
    StockLayer.assertSame(b.requiredGradient(), back.getFirst().getGradientFor("beta"));
  }

  @Test
  void activationsMatchDl4j() {
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
          StockLayer.assertSame(y.values(), stock.forward(x.values().array(BATCH, 20).dup()));
          StockLayer.assertSame(
              x.requiredGradient(),
              stock.backward(y.requiredGradient().array(BATCH, 20).dup()).getSecond());
        });
  }
}
