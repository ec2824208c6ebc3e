package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Builds one layer over the tensors of a state. */
final class LayerBuilder implements LayerSpec.Visitor<Layer> {
  private final Network.Layer layer;
  private final StateTensors state;

  LayerBuilder(Network.Layer layer, StateTensors state) {
    this.layer = layer;
    this.state = state;
  }

  @Override
  public Layer conv2d(LayerSpec.Conv2d spec) {
    return new Convolution(
        spec,
        layer.outputShape(),
        tensor("weight"),
        optional("bias"),
        state.placement(),
        state.placement().isChannelsLast());
  }

  @Override
  public Layer maxPool2d(LayerSpec.MaxPool2d spec) {
    return new MaxPool(spec, layer);
  }

  @Override
  public Layer avgPool2d(LayerSpec.AvgPool2d spec) {
    long[] kernel = Sizes.of(spec.kernelSize());
    long[] stride = Sizes.of(spec.stride());
    long[] padding = Sizes.of(spec.padding());
    LongOptional divisor = new LongOptional();
    return (x, context) -> torch.avg_pool2d(x, kernel, stride, padding, false, true, divisor);
  }

  @Override
  public Layer linear(LayerSpec.Linear spec) {
    Tensor weight = tensor("weight");
    TensorOptional bias = optional("bias");
    return (x, context) -> torch.linear(x, weight, bias);
  }

  @Override
  public Layer batchNorm2d(LayerSpec.BatchNorm2d spec) {
    return batchNorm(spec.eps(), spec.momentum());
  }

  @Override
  public Layer batchNorm1d(LayerSpec.BatchNorm1d spec) {
    return batchNorm(spec.eps(), spec.momentum());
  }

  private Layer batchNorm(double eps, double momentum) {
    TensorOptional weight = optional("weight");
    TensorOptional bias = optional("bias");
    TensorOptional mean = optional("running_mean");
    TensorOptional variance = optional("running_var");
    TensorOptional none = new TensorOptional();
    long positions = layer.inputLength() / layer.inputShape().get(0);
    return (x, context) -> {
      requireVariance(x.size(0) * positions, context);
      return torch.batch_norm(
          x,
          weight,
          bias,
          context.recomputing() ? none : mean,
          context.recomputing() ? none : variance,
          context.training(),
          momentum,
          eps,
          true);
    };
  }

  /** Rejects single values, for which libtorch silently sets the running variance to NaN. */
  private void requireVariance(long valuesPerChannel, ForwardContext context) {
    if (context.training() && valuesPerChannel < 2) {
      throw new IllegalArgumentException(
          "layer "
              + layer.name()
              + " needs more than one value per channel in training, got a batch of 1");
    }
  }

  @Override
  public Layer dropout(LayerSpec.Dropout spec) {
    return new Dropout(layer.name(), spec.p(), state.placement());
  }

  @Override
  public Layer flatten(LayerSpec.Flatten spec) {
    return (x, context) -> x.flatten(1, -1);
  }

  @Override
  public Layer activation(LayerSpec.Activation spec) {
    return switch (spec.kind()) {
      case RELU -> (x, context) -> torch.relu(x);
      case TANH -> (x, context) -> torch.tanh(x);
      case SIGMOID -> (x, context) -> torch.sigmoid(x);
      case GELU -> (x, context) -> torch.gelu(x);
      case GELU_TANH -> (x, context) -> torch.gelu(x, "tanh");
    };
  }

  @Override
  public Layer embedding(LayerSpec.Embedding spec) {
    Tensor weight = tensor("weight");
    return (x, context) -> torch.embedding(weight, x);
  }

  @Override
  public Layer columnEmbedding(LayerSpec.ColumnEmbedding spec) {
    return new ColumnEmbedding(spec, layer.inputLength(), this::tensor);
  }

  @Override
  public Layer positionalEmbedding(LayerSpec.PositionalEmbedding spec) {
    Tensor weight = tensor("weight");
    return (x, context) -> x.add(weight);
  }

  @Override
  public Layer lstm(LayerSpec.Lstm spec) {
    return new Lstm(spec, layer.name(), this::tensor, state.placement());
  }

  @Override
  public Layer layerNorm(LayerSpec.LayerNorm spec) {
    TensorOptional weight = optional("weight");
    TensorOptional bias = optional("bias");
    long[] features = {layer.inputShape().get(layer.inputShape().size() - 1)};
    return (x, context) -> torch.layer_norm(x, features, weight, bias, spec.eps(), false);
  }

  @Override
  public Layer multiheadAttention(LayerSpec.MultiheadAttention spec) {
    return new Attention(
        spec,
        layer.name(),
        new Attention.Weights(
            tensor("in_proj_weight"),
            optional("in_proj_bias"),
            tensor("out_proj.weight"),
            optional("out_proj.bias")),
        state.placement());
  }

  @Override
  public Layer sequencePool(LayerSpec.SequencePool spec) {
    // In the backward pass, libtorch's mean divides the gradient after expanding it to all
    // positions. sum and mul divide it before, when it is smaller.
    Scalar share = new Scalar(1.0 / layer.inputShape().get(0));
    return switch (spec.mode()) {
      case LAST -> (x, context) -> x.select(1, x.size(1) - 1);
      case MEAN -> (x, context) -> x.sum(1).mul(share);
    };
  }

  @Override
  public Layer residual(LayerSpec.Residual spec) {
    Layer body = new LayerChain(layer.body(), state);
    if (layer.shortcut().isEmpty()) {
      return (x, context) -> body.forward(x, context).add(x);
    }
    Layer shortcut = new LayerChain(layer.shortcut(), state);
    return (x, context) -> body.forward(x, context).add(shortcut.forward(x, context));
  }

  private Tensor tensor(String within) {
    return state.tensor(layer.tensor(within).orElseThrow());
  }

  /** Returns a tensor, or an empty optional if the layer does not have it. */
  private TensorOptional optional(String within) {
    return layer
        .tensor(within)
        .map(slice -> new TensorOptional(state.tensor(slice)))
        .orElseGet(TensorOptional::new);
  }
}
