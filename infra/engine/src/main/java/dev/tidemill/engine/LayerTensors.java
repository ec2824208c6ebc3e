package dev.tidemill.engine;

import dev.tidemill.engine.StateLayout.Kind;
import java.util.ArrayList;
import java.util.List;

/** The tensors that a layer keeps, in the order of PyTorch's {@code state_dict}. */
final class LayerTensors implements LayerSpec.Visitor<List<LayerTensors.Tensor>> {

  /** A tensor by its name within the layer. */
  record Tensor(String name, List<Integer> shape, Kind kind) {}

  private final List<Integer> in;

  /**
   * @param in shape of one sample as the layer takes it
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
    return weightAndBias(List.of(l.outFeatures(), in.get(0)), l.bias());
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
