package dev.tidemill.engine.dl4j;

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
final class StockLayer {
  private final Layer layer;

  /**
   * @param parameters by DL4J's names
   */
  StockLayer(org.deeplearning4j.nn.conf.layers.Layer spec, Map<String, INDArray> parameters) {
    NeuralNetConfiguration conf = new NeuralNetConfiguration.Builder().layer(spec).build();
    long count = spec.initializer().numParams(conf);
    INDArray view = count == 0 ? null : Nd4j.create(DataType.FLOAT, 1, count);
    layer = spec.instantiate(conf, null, 0, view, true, DataType.FLOAT);
    parameters.forEach((name, values) -> layer.getParam(name).assign(values));
    if (count > 0) {
      layer.setBackpropGradientsViewArray(Nd4j.create(DataType.FLOAT, 1, count));
    }
  }

  INDArray forward(INDArray input) {
    return layer.activate(input, true, LayerWorkspaceMgr.noWorkspaces()).dup('c');
  }

  /** Gradients of parameters and input. */
  Pair<Gradient, INDArray> backward(INDArray outputGradient) {
    return layer.backpropGradient(outputGradient, LayerWorkspaceMgr.noWorkspaces());
  }
}
