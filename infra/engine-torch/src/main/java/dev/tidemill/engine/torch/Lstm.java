package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A stacked LSTM, optionally bidirectional, with dropout between its layers. */
final class Lstm implements Layer {
  private final int hiddenSize;
  private final boolean bidirectional;
  private final List<TensorVector> weights = new ArrayList<>();
  private final List<Dropout> between = new ArrayList<>();

  /**
   * @param name the full name, which seeds the dropout
   * @param tensor finds a parameter by PyTorch's name
   */
  Lstm(LayerSpec.Lstm spec, String name, Function<String, Tensor> tensor, Placement placement) {
    hiddenSize = spec.hiddenSize();
    bidirectional = spec.bidirectional();
    for (int layer = 0; layer < spec.numLayers(); layer++) {
      TensorVector ofLayer = new TensorVector();
      for (String direction : bidirectional ? List.of("", "_reverse") : List.of("")) {
        for (String kind : List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh")) {
          ofLayer.push_back(tensor.apply(kind + "_l" + layer + direction));
        }
      }
      weights.add(ofLayer);
      between.add(new Dropout(name + ".l" + layer, spec.dropout(), placement));
    }
  }

  @Override
  public Tensor forward(Tensor x, ForwardContext context) {
    long[] sizes = {bidirectional ? 2 : 1, x.size(0), hiddenSize};
    Tensor zeros = torch.zeros(sizes, x.options());
    TensorVector begin = new TensorVector(zeros, zeros);
    Tensor values = x;
    for (int i = 0; i < weights.size(); i++) {
      if (i > 0) {
        values = between.get(i - 1).forward(values, context);
      }
      values =
          torch
              .lstm(
                  values,
                  begin,
                  weights.get(i),
                  true,
                  1,
                  0,
                  context.training(),
                  bidirectional,
                  true)
              .get0();
    }
    // Until here it is part of libtorch's result tuple, and would be freed with it.
    return new Tensor(values);
  }
}
