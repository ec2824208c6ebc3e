package dev.tidemill.engine.dl4j.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.KernelBench;
import dev.tidemill.engine.dl4j.kernel.Linear;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.kernel.StockLayer;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.gradient.Gradient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Compares sequence kernels with DL4J's own layers, forward and backward. DL4J has no positional
 * embedding, no layer norm, and attention only without biases: {@code PyTorchParityTest} covers
 * those.
 */
class StockSequenceTest {
  @BeforeAll
  static void loadNatives() {
    NativeLibraries.load();
  }

  private static final int IN = 6;
  private static final int HIDDEN = 9;
  private static final int LENGTH = 5;
  // DL4J's indices of our gates i, f, g, o.
  private static final int[] PLACES = {3, 1, 0, 2};

  private final KernelBench bench = new KernelBench();

  @AfterEach
  void free() {
    bench.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void lstmMatchesDl4j(int batch) {
    Signal x = bench.signal(LENGTH * batch * IN);
    Signal z = bench.signal(LENGTH * batch * 4 * HIDDEN);
    Signal y = bench.signal(LENGTH * batch * HIDDEN);
    Signal inputWeight = bench.signal(4 * HIDDEN * IN);
    Signal recurrentWeight = bench.signal(4 * HIDDEN * HIDDEN);
    Signal bias = bench.signal(4 * HIDDEN);
    Signal none = new Signal(bench.workspace.allocate(4 * HIDDEN), bench.random(4 * HIDDEN));
    Kernel linear = new Linear(LENGTH * batch, IN, 4 * HIDDEN, x, inputWeight, bias, z);
    LstmShape shape = new LstmShape(batch, LENGTH, HIDDEN, false);
    linear.forward();
    bench.run(
        new LstmSteps(shape, z, recurrentWeight, none, new Columns(y, 0, HIDDEN), bench.workspace),
        y);
    linear.backward();
    LSTM spec = new LSTM.Builder().nIn(IN).nOut(HIDDEN).activation(Activation.TANH).build();
    StockLayer stock =
        new StockLayer(
            spec,
            Map.of(
                "W", toDl4jGates(inputWeight.values(), IN),
                "RW", toDl4jGates(recurrentWeight.values(), HIDDEN),
                "b", toDl4jGates(bias.values(), 1)));
    assertSame(y.values(), fromDl4j(stock.forward(toDl4j(x.values(), batch, IN))));
    Pair<Gradient, INDArray> back = stock.backward(toDl4j(y.requiredGradient(), batch, HIDDEN));
    assertSame(x.requiredGradient(), fromDl4j(back.getSecond()));
    Gradient gradient = back.getFirst();
    for (String name : new String[] {"W", "RW", "b"}) {
      Signal own = name.equals("W") ? inputWeight : name.equals("RW") ? recurrentWeight : bias;
      int columns = own.values().length() / (4 * HIDDEN);
      assertSame(
          toDl4jGates(own.requiredGradient(), columns),
          gradient.getGradientFor(name).reshape(columns, 4 * HIDDEN));
    }
  }

  /** Converts {@code [4 * hidden, columns]} to DL4J's order of gates, transposed. */
  private static INDArray toDl4jGates(Floats actual, int columns) {
    INDArray rows = actual.array(4 * HIDDEN, columns);
    INDArray expected = Nd4j.create(rows.dataType(), columns, 4 * HIDDEN);
    for (int gate = 0; gate < PLACES.length; gate++) {
      INDArray own = rows.get(NDArrayIndex.interval(gate * HIDDEN, (gate + 1) * HIDDEN));
      int begin = PLACES[gate] * HIDDEN;
      expected
          .get(NDArrayIndex.all(), NDArrayIndex.interval(begin, begin + HIDDEN))
          .assign(own.transpose());
    }
    return expected;
  }

  /** Converts {@code [length, batch, width]} to {@code [batch, width, length]}. */
  private static INDArray toDl4j(Floats actual, int batch, int width) {
    return actual.array(LENGTH, batch, width).permute(1, 2, 0).dup();
  }

  private static INDArray fromDl4j(INDArray expected) {
    return expected.permute(2, 0, 1);
  }

  @Test
  void embeddingMatchesDl4j() {
    int[] tokenNumbers = {3, 0, 3, 6, 1};
    Floats tokens = bench.random(tokenNumbers.length);
    for (int i = 0; i < tokenNumbers.length; i++) {
      tokens.buffer().put(i, tokenNumbers[i]);
    }
    Signal w = bench.signal(7 * IN);
    Signal y = bench.signal(tokenNumbers.length * IN);
    bench.run(new Embedding(tokenNumbers.length, 7, IN, tokens, w, y), y);
    EmbeddingLayer spec =
        new EmbeddingLayer.Builder().nIn(7).nOut(IN).activation(Activation.IDENTITY).build();
    StockLayer stock = new StockLayer(spec, Map.of("W", w.values().array(7, IN)));
    assertSame(y.values(), stock.forward(tokens.array(tokenNumbers.length, 1).dup()));
    INDArray dy = y.requiredGradient().array(tokenNumbers.length, IN).dup();
    assertSame(w.requiredGradient(), stock.backward(dy).getFirst().getGradientFor("W"));
  }

  private static void assertSame(Floats actual, INDArray expected) {
    assertThat(KernelBench.read(actual))
        .containsExactly(expected.dup('c').data().asFloat(), within(2e-5f));
  }

  private static void assertSame(INDArray actual, INDArray expected) {
    assertThat(actual.dup('c').data().asFloat())
        .containsExactly(expected.dup('c').data().asFloat(), within(5e-5f));
  }
}
