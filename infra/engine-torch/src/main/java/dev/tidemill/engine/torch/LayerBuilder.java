package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Makes one layer over a state's tensors. */
final class LayerBuilder implements LayerSpec.Visitor<Layer> {
  private final Network.Layer place;
  private final StateTensors state;

  LayerBuilder(Network.Layer place, StateTensors state) {
    this.place = place;
    this.state = state;
  }

  @Override
  public Layer conv2d(LayerSpec.Conv2d spec) {
    return new Convolution(
        spec,
        place.outputShape(),
        tensor("weight"),
        optional("bias"),
        state.placement(),
        state.placement().isChannelsLast());
  }

  @Override
  public Layer maxPool2d(LayerSpec.MaxPool2d spec) {
    return new MaxPool(spec, place);
  }

  @Override
  public Layer avgPool2d(LayerSpec.AvgPool2d spec) {
    long[] kernel = Sizes.of(spec.kernelSize());
    long[] stride = Sizes.of(spec.stride());
    long[] padding = Sizes.of(spec.padding());
    LongOptional divisor = new LongOptional();
    return (x, pass) -> torch.avg_pool2d(x, kernel, stride, padding, false, true, divisor);
  }

  @Override
  public Layer linear(LayerSpec.Linear spec) {
    Tensor weight = tensor("weight");
    TensorOptional bias = optional("bias");
    return (x, pass) -> torch.linear(x, weight, bias);
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
    long places = place.inputLength() / place.inputShape().get(0);
    return (x, pass) -> {
      requireVariance(x.size(0) * places, pass);
      return torch.batch_norm(
          x,
          weight,
          bias,
          pass.again() ? none : mean,
          pass.again() ? none : variance,
          pass.training(),
          momentum,
          eps,
          true);
    };
  }

  /** libtorch itself would make the running variance NaN, and say nothing. */
  private void requireVariance(long valuesPerChannel, Pass pass) {
    if (pass.training() && valuesPerChannel < 2) {
      throw new IllegalArgumentException(
          place.name() + " needs more than one value a channel to train on, got a batch of 1");
    }
  }

  @Override
  public Layer dropout(LayerSpec.Dropout spec) {
    return new Dropout(place.name(), spec.p(), state.placement());
  }

  @Override
  public Layer flatten(LayerSpec.Flatten spec) {
    return (x, pass) -> x.flatten(1, -1);
  }

  @Override
  public Layer activation(LayerSpec.Activation spec) {
    return switch (spec.kind()) {
      case RELU -> (x, pass) -> torch.relu(x);
      case TANH -> (x, pass) -> torch.tanh(x);
      case SIGMOID -> (x, pass) -> torch.sigmoid(x);
      case GELU -> (x, pass) -> torch.gelu(x);
      case GELU_TANH -> (x, pass) -> torch.gelu(x, "tanh");
    };
  }

  @Override
  public Layer embedding(LayerSpec.Embedding spec) {
    Tensor weight = tensor("weight");
    return (x, pass) -> torch.embedding(weight, x);
  }

  @Override
  public Layer positionalEmbedding(LayerSpec.PositionalEmbedding spec) {
    Tensor weight = tensor("weight");
    return (x, pass) -> x.add(weight);
  }

  @Override
  public Layer lstm(LayerSpec.Lstm spec) {
    return new Lstm(spec, place.name(), this::tensor, state.placement());
  }

  @Override
  public Layer layerNorm(LayerSpec.LayerNorm spec) {
    TensorOptional weight = optional("weight");
    TensorOptional bias = optional("bias");
    long[] features = {place.inputShape().get(place.inputShape().size() - 1)};
    return (x, pass) -> torch.layer_norm(x, features, weight, bias, spec.eps(), false);
  }

  @Override
  public Layer multiheadAttention(LayerSpec.MultiheadAttention spec) {
    return new Attention(
        spec,
        place.name(),
        new Attention.Weights(
            tensor("in_proj_weight"),
            optional("in_proj_bias"),
            tensor("out_proj.weight"),
            optional("out_proj.bias")),
        state.placement());
  }

  @Override
  public Layer sequencePool(LayerSpec.SequencePool spec) {
    // libtorch's mean divides its gradient when it has been spread over all places.
    Scalar share = new Scalar(1.0 / place.inputShape().get(0));
    return switch (spec.mode()) {
      case LAST -> (x, pass) -> x.select(1, x.size(1) - 1);
      case MEAN -> (x, pass) -> x.sum(1).mul(share);
    };
  }

  @Override
  public Layer residual(LayerSpec.Residual spec) {
    Layer body = new LayerChain(place.body(), state);
    if (place.shortcut().isEmpty()) {
      return (x, pass) -> body.forward(x, pass).add(x);
    }
    Layer shortcut = new LayerChain(place.shortcut(), state);
    return (x, pass) -> body.forward(x, pass).add(shortcut.forward(x, pass));
  }

  private Tensor tensor(String within) {
    return state.tensor(place.tensor(within).orElseThrow());
  }

  /** Empty where the layer has no such tensor. */
  private TensorOptional optional(String within) {
    return place
        .tensor(within)
        .map(slice -> new TensorOptional(state.tensor(slice)))
        .orElseGet(TensorOptional::new);
  }
}
