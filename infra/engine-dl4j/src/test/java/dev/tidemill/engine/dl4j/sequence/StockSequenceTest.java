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
 * Kernels of sequences against DL4J's own layers, forward and back. It has no positional embedding,
 * no layer of its own for layer norm, and attention only without biases: {@code PyTorchParityTest}
 * holds those.
 */
class StockSequenceTest {
  @BeforeAll
  static void loadOurNatives() {
    NativeLibraries.load();
  }

  private static final int IN = 6;
  private static final int HIDDEN = 9;
  private static final int LENGTH = 5;
  // Where DL4J has our gates i, f, g, o.
  private static final int[] PLACES = {3, 1, 0, 2};

  private final KernelBench bench = new KernelBench();

  @AfterEach
  void free() {
    bench.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void lstm(int batch) {
    Signal x = bench.signal(LENGTH * batch * IN);
    Signal z = bench.signal(LENGTH * batch * 4 * HIDDEN);
    Signal y = bench.signal(LENGTH * batch * HIDDEN);
    Signal ofInput = bench.signal(4 * HIDDEN * IN);
    Signal ofShown = bench.signal(4 * HIDDEN * HIDDEN);
    Signal bias = bench.signal(4 * HIDDEN);
    Signal none = new Signal(bench.workspace.allocate(4 * HIDDEN), bench.random(4 * HIDDEN));
    Kernel linear = new Linear(LENGTH * batch, IN, 4 * HIDDEN, x, ofInput, bias, z);
    LstmShape shape = new LstmShape(batch, LENGTH, HIDDEN, false);
    linear.forward();
    bench.run(
        new LstmSteps(shape, z, ofShown, none, new Columns(y, 0, HIDDEN), bench.workspace), y);
    linear.backward();
    LSTM spec = new LSTM.Builder().nIn(IN).nOut(HIDDEN).activation(Activation.TANH).build();
    StockLayer stock =
        new StockLayer(
            spec,
            Map.of(
                "W", theirGates(ofInput.values(), IN),
                "RW", theirGates(ofShown.values(), HIDDEN),
                "b", theirGates(bias.values(), 1)));
    assertSame(y.values(), ours(stock.forward(theirs(x.values(), batch, IN))));
    Pair<Gradient, INDArray> back = stock.backward(theirs(y.requiredGradient(), batch, HIDDEN));
    assertSame(x.requiredGradient(), ours(back.getSecond()));
    Gradient gradient = back.getFirst();
    for (String name : new String[] {"W", "RW", "b"}) {
      Signal own = name.equals("W") ? ofInput : name.equals("RW") ? ofShown : bias;
      int columns = own.values().length() / (4 * HIDDEN);
      assertSame(
          theirGates(own.requiredGradient(), columns),
          gradient.getGradientFor(name).reshape(columns, 4 * HIDDEN));
    }
  }

  /** From {@code [4 * hidden, columns]} to DL4J's order of gates, turned. */
  private static INDArray theirGates(Floats ours, int columns) {
    INDArray rows = ours.array(4 * HIDDEN, columns);
    INDArray theirs = Nd4j.create(rows.dataType(), columns, 4 * HIDDEN);
    for (int gate = 0; gate < PLACES.length; gate++) {
      INDArray own = rows.get(NDArrayIndex.interval(gate * HIDDEN, (gate + 1) * HIDDEN));
      int begin = PLACES[gate] * HIDDEN;
      theirs
          .get(NDArrayIndex.all(), NDArrayIndex.interval(begin, begin + HIDDEN))
          .assign(own.transpose());
    }
    return theirs;
  }

  /** From {@code [length, batch, width]} to {@code [batch, width, length]}. */
  private static INDArray theirs(Floats ours, int batch, int width) {
    return ours.array(LENGTH, batch, width).permute(1, 2, 0).dup();
  }

  private static INDArray ours(INDArray theirs) {
    return theirs.permute(2, 0, 1);
  }

  @Test
  void embedding() {
    int[] chosen = {3, 0, 3, 6, 1};
    Floats tokens = bench.random(chosen.length);
    for (int i = 0; i < chosen.length; i++) {
      tokens.buffer().put(i, chosen[i]);
    }
    Signal w = bench.signal(7 * IN);
    Signal y = bench.signal(chosen.length * IN);
    bench.run(new Embedding(chosen.length, 7, IN, tokens, w, y), y);
    EmbeddingLayer spec =
        new EmbeddingLayer.Builder().nIn(7).nOut(IN).activation(Activation.IDENTITY).build();
    StockLayer stock = new StockLayer(spec, Map.of("W", w.values().array(7, IN)));
    assertSame(y.values(), stock.forward(tokens.array(chosen.length, 1).dup()));
    INDArray dy = y.requiredGradient().array(chosen.length, IN).dup();
    assertSame(w.requiredGradient(), stock.backward(dy).getFirst().getGradientFor("W"));
  }

  private static void assertSame(Floats ours, INDArray theirs) {
    assertThat(KernelBench.read(ours))
        .containsExactly(theirs.dup('c').data().asFloat(), within(2e-5f));
  }

  private static void assertSame(INDArray ours, INDArray theirs) {
    assertThat(ours.dup('c').data().asFloat())
        .containsExactly(theirs.dup('c').data().asFloat(), within(5e-5f));
  }
}
