package dev.tidemill.engine.dl4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One of DL4J's own layers, with given parameters. */
public final class StockLayer {
  private final Layer layer;

  /**
   * @param parameters parameters by DL4J's names
   */
  public StockLayer(
      org.deeplearning4j.nn.conf.layers.Layer spec, Map<String, INDArray> parameters) {
    NeuralNetConfiguration conf = new NeuralNetConfiguration.Builder().layer(spec).build();
    long count = spec.initializer().numParams(conf);
    INDArray view = count == 0 ? null : Nd4j.create(DataType.FLOAT, 1, count);
    layer = spec.instantiate(conf, null, 0, view, true, DataType.FLOAT);
    parameters.forEach((name, values) -> layer.getParam(name).assign(values));
    if (count > 0) {
      layer.setBackpropGradientsViewArray(Nd4j.create(DataType.FLOAT, 1, count));
    }
  }

  public INDArray forward(INDArray input) {
    return layer.activate(input, true, LayerWorkspaceMgr.noWorkspaces()).dup('c');
  }

  /** Returns the gradients of parameters and input. */
  public Pair<Gradient, INDArray> backward(INDArray outputGradient) {
    return layer.backpropGradient(outputGradient, LayerWorkspaceMgr.noWorkspaces());
  }

  /** Compares all values in row-major order, within the rounding of a different summation order. */
  public static void assertSame(Floats actual, INDArray stock) {
    float[] expected = stock.dup('c').data().asFloat();
    float[] values = KernelBench.read(actual);
    assertThat(values).hasSameSizeAs(expected);
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i])
          .as("value %d", i)
          .isCloseTo(expected[i], within(2e-5f + 2e-5f * Math.abs(expected[i])));
    }
  }
}
