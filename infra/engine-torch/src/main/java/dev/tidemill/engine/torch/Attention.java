package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Multi-head self-attention, optionally causal. */
final class Attention implements Layer {

  /** The layer's parameters; the biases are empty if it has none. */
  record Weights(Tensor into, TensorOptional intoBias, Tensor out, TensorOptional outBias) {}

  private final int heads;
  private final boolean causal;
  private final Weights weights;
  private final Dropout dropout;
  private final boolean drops;
  private final TensorOptional unmasked = new TensorOptional();
  private final DoubleOptional standardScale = new DoubleOptional();

  /**
   * @param name the full name, which seeds the dropout
   */
  Attention(LayerSpec.MultiheadAttention spec, String name, Weights weights, Placement placement) {
    heads = spec.numHeads();
    causal = spec.causal();
    this.weights = weights;
    dropout = new Dropout(name, spec.dropout(), placement);
    drops = spec.dropout() > 0;
  }

  @Override
  public Tensor forward(Tensor x, ForwardContext context) {
    long samples = x.size(0);
    long length = x.size(1);
    long features = x.size(2);
    Tensor all =
        torch
            .linear(x, weights.into, weights.intoBias)
            .view(samples, length, 3, heads, features / heads);
    // With this layout, the gradient has the memory order that the product needs.
    TensorVector parts = all.unbind(2);
    Tensor query = parts.get(0).transpose(1, 2);
    Tensor key = parts.get(1).transpose(1, 2);
    Tensor value = parts.get(2).transpose(1, 2);
    Tensor seen =
        drops && context.training()
            ? dropped(query, key, value, context)
            : torch.scaled_dot_product_attention(
                query, key, value, unmasked, 0, causal, standardScale, false);
    Tensor joined = seen.transpose(1, 2).reshape(samples, length, features);
    return torch.linear(joined, weights.out, weights.outBias);
  }

  /**
   * Computes attention with dropout. libtorch's own dropout would use the generator of the process.
   */
  private Tensor dropped(Tensor query, Tensor key, Tensor value, ForwardContext context) {
    Tensor scores =
        query
            .matmul(key.transpose(-2, -1))
            .mul(new Scalar((float) (1 / Math.sqrt((double) query.size(3)))));
    if (causal) {
      long[] square = {query.size(2), query.size(2)};
      Tensor later = torch.ones(square, query.options()).triu(1).to(torch.ScalarType.Bool);
      scores = scores.masked_fill(later, new Scalar(Float.NEGATIVE_INFINITY));
    }
    return dropout.forward(torch.softmax(scores, -1), context).matmul(value);
  }
}
