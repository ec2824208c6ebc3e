package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.ExecutionOrder;
import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.LossWeights;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.dl4j.kernel.ColumnEmbedding;
import dev.tidemill.engine.dl4j.kernel.Dropout;
import dev.tidemill.engine.dl4j.kernel.Elementwise;
import dev.tidemill.engine.dl4j.kernel.Gelu;
import dev.tidemill.engine.dl4j.kernel.GeluTanh;
import dev.tidemill.engine.dl4j.kernel.Relu;
import dev.tidemill.engine.dl4j.kernel.Sigmoid;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.kernel.Sum;
import dev.tidemill.engine.dl4j.kernel.Tanh;
import dev.tidemill.engine.dl4j.loss.ClassTargets;
import dev.tidemill.engine.dl4j.loss.CrossEntropy;
import dev.tidemill.engine.dl4j.loss.Loss;
import dev.tidemill.engine.dl4j.loss.MeanSquaredError;
import dev.tidemill.engine.dl4j.loss.Targets;
import dev.tidemill.engine.dl4j.memory.Region;
import dev.tidemill.engine.dl4j.memory.Workspace;
import java.util.List;

/**
 * Compiles a network for one batch size into a list of kernels. Each kernel reads the output of the
 * one before. The shortcut of a residual block comes before its body.
 */
public final class PlanBuilder implements LayerSpec.Visitor<Signal> {
  private final Network network;
  private final PlanAssembler assembler;
  private final ImageLayers images;
  private final SequenceLayers sequences;

  private PlanBuilder(Network network, Parameters parameters, int batch, Region region) {
    this.network = network;
    Network.Layer first = network.layers().get(0);
    assembler = new PlanAssembler(parameters, batch, first, new Workspace(region));
    images = new ImageLayers(assembler);
    sequences = new SequenceLayers(assembler);
  }

  /**
   * Compiles a network for one batch size.
   *
   * @param region memory arena for plans that run one at a time
   */
  public static Plan plan(Network network, Parameters parameters, int batch, Region region) {
    return new PlanBuilder(network, parameters, batch, region).build();
  }

  private Plan build() {
    int batch = assembler.batch();
    Signal input = assembler.signal();
    Signal output = chain(network.layers(), input);
    int outputs = network.outputLength();
    int labels = network.labelsPerSample();
    boolean classes = network.spec().loss().type() == LossType.CROSS_ENTROPY;
    Loss loss =
        classes
            ? new CrossEntropy(batch, labels, outputs, output, classTargets(network))
            : new MeanSquaredError(batch, outputs, output);
    return new Plan(
        batch,
        new InputReader(network.spec().input(), input.values()),
        assembler.steps(),
        new Plan.Output(
            output.values(), outputs, loss, new Targets(batch, labels, outputs, classes)),
        assembler.workspace());
  }

  private static ClassTargets classTargets(Network network) {
    return new ClassTargets(
        network.outputLength(),
        network.spec().loss().labelSmoothing(),
        new LossWeights(network).ofClasses());
  }

  /** Adds layers in sequence, starting from a signal that other kernels may also read. */
  private Signal chain(List<Network.Layer> inSpecOrder, Signal from) {
    List<Network.Layer> layers = ExecutionOrder.of(inSpecOrder);
    assembler.continueFrom(from);
    for (int i = 0; i < layers.size(); i++) {
      assembler.startLayer(layers.get(i));
      if (i + 1 < layers.size() && images.fusesWith(layers.get(i + 1))) {
        images.pooledConv2d((LayerSpec.Conv2d) layers.get(i).spec(), layers.get(i + 1));
        i++;
      } else {
        layers.get(i).spec().accept(this);
      }
    }
    return assembler.signal();
  }

  @Override
  public Signal residual(LayerSpec.Residual spec) {
    Network.Layer block = assembler.layer();
    Signal input = assembler.signal();
    Signal sum = assembler.newOutput(block.outputLength());
    Signal bodyInput = assembler.withOwnGradient(input);
    Signal shortcut;
    if (block.shortcut().isEmpty()) {
      // An identity shortcut gets the sum's gradient unchanged.
      shortcut = new Signal(input.values(), input.hasGradient() ? sum.gradient() : null);
      assembler.fork(input, bodyInput, shortcut);
    } else {
      Signal shortcutInput = assembler.withOwnGradient(input);
      assembler.fork(input, bodyInput, shortcutInput);
      shortcut = chain(block.shortcut(), shortcutInput);
    }
    Signal body = chain(block.body(), bodyInput);
    assembler.startLayer(block);
    return assembler.add(new Sum(body, shortcut, sum), sum);
  }

  @Override
  public Signal conv2d(LayerSpec.Conv2d spec) {
    return images.conv2d(spec);
  }

  @Override
  public Signal maxPool2d(LayerSpec.MaxPool2d spec) {
    return images.maxPool2d(spec);
  }

  @Override
  public Signal avgPool2d(LayerSpec.AvgPool2d spec) {
    return images.avgPool2d(spec);
  }

  @Override
  public Signal batchNorm2d(LayerSpec.BatchNorm2d spec) {
    return images.batchNorm(spec.eps(), spec.momentum());
  }

  @Override
  public Signal batchNorm1d(LayerSpec.BatchNorm1d spec) {
    return images.batchNorm(spec.eps(), spec.momentum());
  }

  @Override
  public Signal embedding(LayerSpec.Embedding spec) {
    return sequences.embedding(spec);
  }

  @Override
  public Signal columnEmbedding(LayerSpec.ColumnEmbedding spec) {
    Network.Layer layer = assembler.layer();
    Signal out = assembler.newOutput(layer.outputLength());
    List<Signal> weights =
        spec.columns().stream().map(column -> assembler.parameter(column.tensor())).toList();
    return assembler.add(
        new ColumnEmbedding(
            assembler.batch(),
            layer.inputLength(),
            spec.embeddingDim(),
            spec.columns(),
            weights,
            assembler.signal().values(),
            out),
        out);
  }

  @Override
  public Signal positionalEmbedding(LayerSpec.PositionalEmbedding spec) {
    return sequences.positionalEmbedding();
  }

  @Override
  public Signal lstm(LayerSpec.Lstm spec) {
    return sequences.lstm(spec);
  }

  @Override
  public Signal layerNorm(LayerSpec.LayerNorm spec) {
    return sequences.layerNorm(spec);
  }

  @Override
  public Signal multiheadAttention(LayerSpec.MultiheadAttention spec) {
    return sequences.multiheadAttention(spec);
  }

  @Override
  public Signal sequencePool(LayerSpec.SequencePool spec) {
    return sequences.sequencePool(spec);
  }

  @Override
  public Signal linear(LayerSpec.Linear spec) {
    List<Integer> shape = assembler.layer().inputShape();
    int rows = shape.size() == 1 ? 1 : shape.get(0);
    int in = shape.get(shape.size() - 1);
    return assembler.linear(rows, in, spec.outFeatures(), "weight", "bias");
  }

  @Override
  public Signal dropout(LayerSpec.Dropout spec) {
    Signal in = assembler.signal();
    Signal out = assembler.reuseOrAllocate();
    int length = in.values().length() / assembler.batch();
    return assembler.add(new Dropout(assembler.layer().index(), spec.p(), length, in, out), out);
  }

  @Override
  public Signal flatten(LayerSpec.Flatten spec) {
    return assembler.signal();
  }

  @Override
  public Signal activation(LayerSpec.Activation spec) {
    Signal in = assembler.signal();
    return switch (spec.kind()) {
      case RELU -> addKeepingOutput(new Relu(in, assembler.reuseOrAllocate()));
      case TANH -> addKeepingOutput(new Tanh(in, assembler.reuseOrAllocate()));
      case SIGMOID -> addKeepingOutput(new Sigmoid(in, assembler.reuseOrAllocate()));
      case GELU -> add(new Gelu(in, assembler.allocateLike(in)));
      case GELU_TANH -> add(new GeluTanh(in, assembler.allocateLike(in)));
    };
  }

  private Signal addKeepingOutput(Elementwise kernel) {
    return assembler.addKeepingOutput(kernel, kernel.output());
  }

  private Signal add(Elementwise kernel) {
    return assembler.add(kernel, kernel.output());
  }
}
