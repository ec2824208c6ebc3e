package dev.tidemill.engine.torch;

import dev.tidemill.engine.CategoryColumn;
import dev.tidemill.engine.LayerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Replaces columns of category numbers by rows of their weights, behind the other elements. The
 * input is FLOAT32 in every precision, so the numbers are exact: autocast narrows only products.
 */
final class ColumnEmbedding implements Layer {
  /** Other elements between two columns. */
  private record Run(int first, int length) {}

  private final List<CategoryColumn> columns;
  private final List<Tensor> weights;
  private final List<Run> others = new ArrayList<>();

  /**
   * @param features elements of a sample
   * @param tensor finds a parameter by its name in the layer
   */
  ColumnEmbedding(LayerSpec.ColumnEmbedding spec, int features, Function<String, Tensor> tensor) {
    columns = spec.columns();
    weights = columns.stream().map(CategoryColumn::tensor).map(tensor).toList();
    int first = 0;
    for (CategoryColumn column : columns) {
      addOthers(first, column.index());
      first = column.index() + 1;
    }
    addOthers(first, features);
  }

  private void addOthers(int first, int end) {
    if (end > first) {
      others.add(new Run(first, end - first));
    }
  }

  @Override
  public Tensor forward(Tensor x, ForwardContext context) {
    TensorVector parts = new TensorVector();
    for (Run run : others) {
      parts.push_back(x.narrow(1, run.first, run.length));
    }
    for (int i = 0; i < columns.size(); i++) {
      Tensor categories = x.select(1, columns.get(i).index()).to(ScalarType.Long);
      parts.push_back(torch.embedding(weights.get(i), categories));
    }
    return torch.cat(parts, 1);
  }
}
