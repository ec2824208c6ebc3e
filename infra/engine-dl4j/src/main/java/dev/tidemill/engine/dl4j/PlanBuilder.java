package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.Network;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Compiles a network for one batch size: kernels in order, each reading the signal that the one
 * before it wrote. Gradients are planned from the first layer that learns on: before it nobody asks
 * for them.
 */
final class PlanBuilder implements LayerSpec.Visitor<Signal> {
  private final Network network;
  private final Parameters parameters;
  private final int batch;
  private final Workspace workspace;
  private final List<Kernel> kernels = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<Network.Layer> layers;
  private Network.Layer layer;
  private Signal signal;
  // Whether the signal's values may be replaced: nobody needs them for going back.
  private boolean free;
  private int firstLearning = -1;

  private PlanBuilder(Network network, Parameters parameters, int batch, Region region) {
    this.network = network;
    this.parameters = parameters;
    this.batch = batch;
    workspace = new Workspace(region);
    layers = poolBeforeRelu(network.layers());
    layer = layers.get(0);
    signal = new Signal(workspace.allocate((long) batch * layer.inputLength()), null);
  }

  /**
   * @param region memory for plans of which one runs at a time
   */
  static Plan plan(Network network, Parameters parameters, int batch, Region region) {
    return new PlanBuilder(network, parameters, batch, region).build();
  }

  private Plan build() {
    Floats input = signal.values();
    for (int i = 0; i < layers.size(); i++) {
      layer = layers.get(i);
      if (!layer.tensors().isEmpty() && firstLearning < 0) {
        firstLearning = kernels.size();
      }
      if (i + 1 < layers.size() && pooledAtOnce(layers.get(i + 1))) {
        i++;
        signal = pooledConv2d((LayerSpec.Conv2d) layer.spec(), layers.get(i));
      } else {
        signal = layer.spec().accept(this);
      }
      while (names.size() < kernels.size()) {
        names.add(layer.name());
      }
    }
    int outputs = network.outputLength();
    boolean classes = network.spec().loss() == LossType.CROSS_ENTROPY;
    Loss loss =
        classes
            ? new CrossEntropy(batch, outputs, signal)
            : new MeanSquaredError(batch, outputs, signal);
    return new Plan(
        batch,
        new InputReader(network.spec().input(), input),
        new Plan.Kernels(names, kernels, firstLearning),
        new Plan.Ending(signal.values(), loss, new Targets(batch, outputs, classes)),
        workspace);
  }

  /**
   * The largest of some values, cut off at 0, is the largest of the values cut off at 0, and the
   * gradient goes the same way: so ReLU comes after a max pooling, where it has less to do.
   */
  private static List<Network.Layer> poolBeforeRelu(List<Network.Layer> given) {
    List<Network.Layer> ordered = new ArrayList<>(given);
    for (int i = 1; i < ordered.size(); i++) {
      boolean relu =
          ordered.get(i - 1).spec() instanceof LayerSpec.Activation activation
              && activation.kind() == LayerSpec.Activation.Kind.RELU;
      if (relu && ordered.get(i).spec() instanceof LayerSpec.MaxPool2d) {
        Collections.swap(ordered, i - 1, i);
      }
    }
    return ordered;
  }

  /** Whether the layer is a convolution that is better done in one with the pooling after it. */
  private boolean pooledAtOnce(Network.Layer next) {
    return layer.spec() instanceof LayerSpec.Conv2d conv
        && next.spec() instanceof LayerSpec.MaxPool2d pool
        && PooledConv2d.suits(
            Image.of(layer.inputShape()),
            Image.of(layer.outputShape()),
            new Window(conv.kernelSize(), conv.stride(), conv.padding()),
            new Window(pool.kernelSize(), pool.stride(), pool.padding()),
            signal);
  }

  private Signal pooledConv2d(LayerSpec.Conv2d spec, Network.Layer pool) {
    Signal out = fresh(pool.outputLength());
    kernels.add(
        new PooledConv2d(
            batch,
            Image.of(layer.inputShape()),
            Image.of(pool.outputShape()),
            new Window(spec.kernelSize(), spec.stride(), spec.padding()),
            signal,
            parameters.of(layer, "weight"),
            parameters.orNull(layer, "bias"),
            out,
            SmallGemm.IS_FAST,
            workspace));
    return out;
  }

  @Override
  public Signal conv2d(LayerSpec.Conv2d spec) {
    Signal out = fresh(layer.outputLength());
    kernels.add(
        Conv2d.of(
            batch,
            Image.of(layer.inputShape()),
            Image.of(layer.outputShape()),
            new Window(spec.kernelSize(), spec.stride(), spec.padding()),
            signal,
            parameters.of(layer, "weight"),
            parameters.orNull(layer, "bias"),
            out,
            workspace));
    return out;
  }

  @Override
  public Signal maxPool2d(LayerSpec.MaxPool2d spec) {
    Window window = new Window(spec.kernelSize(), spec.stride(), spec.padding());
    Signal out = fresh(layer.outputLength());
    kernels.add(MaxPool2d.of(batch, Image.of(layer.inputShape()), window, signal, out, workspace));
    return out;
  }

  @Override
  public Signal avgPool2d(LayerSpec.AvgPool2d spec) {
    Window window = new Window(spec.kernelSize(), spec.stride(), spec.padding());
    Signal out = fresh(layer.outputLength());
    kernels.add(new AvgPool2d(batch, Image.of(layer.inputShape()), window, signal, out));
    return out;
  }

  @Override
  public Signal linear(LayerSpec.Linear spec) {
    Signal out = fresh(layer.outputLength());
    kernels.add(
        new Linear(
            batch,
            layer.inputLength(),
            spec.outFeatures(),
            signal,
            parameters.of(layer, "weight"),
            parameters.orNull(layer, "bias"),
            out));
    return out;
  }

  @Override
  public Signal batchNorm2d(LayerSpec.BatchNorm2d spec) {
    return batchNorm(spec.eps(), spec.momentum());
  }

  @Override
  public Signal batchNorm1d(LayerSpec.BatchNorm1d spec) {
    return batchNorm(spec.eps(), spec.momentum());
  }

  private Signal batchNorm(double eps, double momentum) {
    Signal out = fresh(layer.outputLength());
    int channels = layer.inputShape().get(0);
    BatchNorm.Tensors tensors =
        new BatchNorm.Tensors(
            parameters.of(layer, "weight"),
            parameters.of(layer, "bias"),
            parameters.of(layer, "running_mean").values(),
            parameters.of(layer, "running_var").values());
    kernels.add(
        new BatchNorm(
            layer.name(),
            batch,
            channels,
            layer.inputLength() / channels,
            eps,
            momentum,
            signal,
            tensors,
            out));
    return out;
  }

  @Override
  public Signal dropout(LayerSpec.Dropout spec) {
    Signal out = freshUnlessFree();
    int length = out.values().length() / batch;
    kernels.add(new Dropout(layer.index(), spec.p(), length, signal, out));
    return out;
  }

  @Override
  public Signal flatten(LayerSpec.Flatten spec) {
    return signal;
  }

  @Override
  public Signal activation(LayerSpec.Activation spec) {
    return switch (spec.kind()) {
      case RELU -> remembered(new Relu(signal, freshUnlessFree()));
      case TANH -> remembered(new Tanh(signal, freshUnlessFree()));
      case SIGMOID -> remembered(new Sigmoid(signal, freshUnlessFree()));
      case GELU -> added(new Gelu(signal, fresh(signal.values().length() / batch)));
      case GELU_TANH -> added(new GeluTanh(signal, fresh(signal.values().length() / batch)));
    };
  }

  @Override
  public Signal embedding(LayerSpec.Embedding spec) {
    throw SupportedLayers.lacks(layer);
  }

  @Override
  public Signal positionalEmbedding(LayerSpec.PositionalEmbedding spec) {
    throw SupportedLayers.lacks(layer);
  }

  @Override
  public Signal lstm(LayerSpec.Lstm spec) {
    throw SupportedLayers.lacks(layer);
  }

  @Override
  public Signal layerNorm(LayerSpec.LayerNorm spec) {
    throw SupportedLayers.lacks(layer);
  }

  @Override
  public Signal multiheadAttention(LayerSpec.MultiheadAttention spec) {
    throw SupportedLayers.lacks(layer);
  }

  @Override
  public Signal sequencePool(LayerSpec.SequencePool spec) {
    throw SupportedLayers.lacks(layer);
  }

  @Override
  public Signal residual(LayerSpec.Residual spec) {
    throw SupportedLayers.lacks(layer);
  }

  /** An activation that needs its output for going back. */
  private Signal remembered(Elementwise kernel) {
    free = false;
    return added(kernel);
  }

  private Signal added(Elementwise kernel) {
    kernels.add(kernel);
    return kernel.output();
  }

  private Signal freshUnlessFree() {
    return free ? signal : fresh(signal.values().length() / batch);
  }

  /** Memory for a signal of so many values a sample. */
  private Signal fresh(int length) {
    free = true;
    long all = (long) batch * length;
    boolean backward = parameters.learn() && firstLearning >= 0;
    return new Signal(workspace.scratch(all), backward ? workspace.scratch(all) : null);
  }
}
