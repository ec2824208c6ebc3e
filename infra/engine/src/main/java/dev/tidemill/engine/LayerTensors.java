package dev.tidemill.engine;

import dev.tidemill.engine.StateLayout.Kind;
import java.util.ArrayList;
import java.util.List;

/** Lists the parameters and buffers of a layer, in the order of PyTorch's {@code state_dict}. */
final class LayerTensors implements LayerSpec.Visitor<List<LayerTensors.Tensor>> {

  /** A tensor with its name within the layer. */
  record Tensor(String name, List<Integer> shape, Kind kind) {}

  private final List<Integer> in;

  /**
   * @param in the layer's input shape for one sample
   */
  LayerTensors(List<Integer> in) {
    this.in = in;
  }

  @Override
  public List<Tensor> conv2d(LayerSpec.Conv2d l) {
    List<Integer> weight =
        List.of(l.outChannels(), in.get(0), l.kernelSize().height(), l.kernelSize().width());
    return weightAndBias(weight, l.bias());
  }

  @Override
  public List<Tensor> linear(LayerSpec.Linear l) {
    return weightAndBias(List.of(l.outFeatures(), features()), l.bias());
  }

  @Override
  public List<Tensor> batchNorm2d(LayerSpec.BatchNorm2d l) {
    return batchNorm();
  }

  @Override
  public List<Tensor> batchNorm1d(LayerSpec.BatchNorm1d l) {
    return batchNorm();
  }

  @Override
  public List<Tensor> maxPool2d(LayerSpec.MaxPool2d l) {
    return List.of();
  }

  @Override
  public List<Tensor> avgPool2d(LayerSpec.AvgPool2d l) {
    return List.of();
  }

  @Override
  public List<Tensor> dropout(LayerSpec.Dropout l) {
    return List.of();
  }

  @Override
  public List<Tensor> flatten(LayerSpec.Flatten l) {
    return List.of();
  }

  @Override
  public List<Tensor> activation(LayerSpec.Activation l) {
    return List.of();
  }

  @Override
  public List<Tensor> embedding(LayerSpec.Embedding l) {
    return List.of(parameter("weight", l.numEmbeddings(), l.embeddingDim()));
  }

  @Override
  public List<Tensor> columnEmbedding(LayerSpec.ColumnEmbedding l) {
    return l.columns().stream()
        .map(column -> parameter(column.tensor(), column.categories(), l.embeddingDim()))
        .toList();
  }

  @Override
  public List<Tensor> positionalEmbedding(LayerSpec.PositionalEmbedding l) {
    return List.of(new Tensor("weight", in, Kind.PARAMETER));
  }

  @Override
  public List<Tensor> lstm(LayerSpec.Lstm l) {
    int gates = 4 * l.hiddenSize();
    List<Tensor> tensors = new ArrayList<>();
    int takes = features();
    for (int layer = 0; layer < l.numLayers(); layer++) {
      for (String direction : l.bidirectional() ? List.of("", "_reverse") : List.of("")) {
        String suffix = "_l" + layer + direction;
        tensors.add(parameter("weight_ih" + suffix, gates, takes));
        tensors.add(parameter("weight_hh" + suffix, gates, l.hiddenSize()));
        tensors.add(parameter("bias_ih" + suffix, gates));
        tensors.add(parameter("bias_hh" + suffix, gates));
      }
      takes = l.hiddenSize() * l.directions();
    }
    return List.copyOf(tensors);
  }

  @Override
  public List<Tensor> layerNorm(LayerSpec.LayerNorm l) {
    return List.of(parameter("weight", features()), parameter("bias", features()));
  }

  @Override
  public List<Tensor> multiheadAttention(LayerSpec.MultiheadAttention l) {
    int features = features();
    List<Tensor> tensors = new ArrayList<>();
    tensors.add(parameter("in_proj_weight", 3 * features, features));
    if (l.bias()) {
      tensors.add(parameter("in_proj_bias", 3 * features));
    }
    tensors.add(parameter("out_proj.weight", features, features));
    if (l.bias()) {
      tensors.add(parameter("out_proj.bias", features));
    }
    return List.copyOf(tensors);
  }

  @Override
  public List<Tensor> sequencePool(LayerSpec.SequencePool l) {
    return List.of();
  }

  /** Returns none: the tensors belong to the layers in the residual. */
  @Override
  public List<Tensor> residual(LayerSpec.Residual l) {
    return List.of();
  }

  private int features() {
    return in.get(in.size() - 1);
  }

  private static Tensor parameter(String name, Integer... shape) {
    return new Tensor(name, List.of(shape), Kind.PARAMETER);
  }

  private static List<Tensor> weightAndBias(List<Integer> weight, boolean bias) {
    List<Tensor> tensors = new ArrayList<>();
    tensors.add(new Tensor("weight", weight, Kind.PARAMETER));
    if (bias) {
      tensors.add(new Tensor("bias", weight.subList(0, 1), Kind.PARAMETER));
    }
    return tensors;
  }

  private List<Tensor> batchNorm() {
    List<Integer> channels = List.of(in.get(0));
    return List.of(
        new Tensor("weight", channels, Kind.PARAMETER),
        new Tensor("bias", channels, Kind.PARAMETER),
        new Tensor("running_mean", channels, Kind.BUFFER),
        new Tensor("running_var", channels, Kind.BUFFER));
  }
}
