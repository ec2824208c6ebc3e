package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.dl4j.kernel.DropoutMask;
import dev.tidemill.engine.dl4j.kernel.LayerNorm;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.sequence.Attention;
import dev.tidemill.engine.dl4j.sequence.AttentionShape;
import dev.tidemill.engine.dl4j.sequence.Columns;
import dev.tidemill.engine.dl4j.sequence.Embedding;
import dev.tidemill.engine.dl4j.sequence.LstmShape;
import dev.tidemill.engine.dl4j.sequence.LstmSteps;
import dev.tidemill.engine.dl4j.sequence.PositionalEmbedding;
import dev.tidemill.engine.dl4j.sequence.SequenceDropout;
import dev.tidemill.engine.dl4j.sequence.SequencePool;
import dev.tidemill.engine.dl4j.sequence.TimeMajor;

/** Adds kernels for sequence layers, whose samples have the shape {@code [length, features]}. */
final class SequenceLayers {
  // Far above any layer's index, so dropout masks of stacked layers differ from all others.
  private static final int STACKED_OFFSET = 1 << 20;

  private final PlanAssembler assembler;

  SequenceLayers(PlanAssembler assembler) {
    this.assembler = assembler;
  }

  Signal embedding(LayerSpec.Embedding spec) {
    Network.Layer layer = assembler.layer();
    Signal out = assembler.newOutput(layer.outputLength());
    int count = assembler.batch() * layer.inputLength();
    Floats tokens = assembler.signal().values();
    return assembler.add(
        new Embedding(
            count,
            spec.numEmbeddings(),
            spec.embeddingDim(),
            tokens,
            assembler.parameter("weight"),
            out),
        out);
  }

  Signal positionalEmbedding() {
    Signal in = assembler.signal();
    int length = assembler.layer().inputLength();
    Signal out = in.hasGradient() ? assembler.reuseOrAllocate() : assembler.newOutput(length);
    return assembler.add(
        new PositionalEmbedding(assembler.batch(), length, in, assembler.parameter("weight"), out),
        out);
  }

  Signal layerNorm(LayerSpec.LayerNorm spec) {
    int width = width(assembler.layer());
    Signal in = assembler.signal();
    Signal out = assembler.newOutput(assembler.layer().outputLength());
    return assembler.add(
        new LayerNorm(
            in.values().length() / width,
            width,
            spec.eps(),
            in,
            assembler.parameter("weight"),
            assembler.parameter("bias"),
            out),
        out);
  }

  Signal sequencePool(LayerSpec.SequencePool spec) {
    Signal out = assembler.newOutput(assembler.layer().outputLength());
    return assembler.add(
        new SequencePool(
            assembler.batch(),
            assembler.layer().inputShape().get(0),
            width(assembler.layer()),
            spec.mode() == LayerSpec.SequencePool.Mode.MEAN,
            assembler.signal(),
            out),
        out);
  }

  Signal multiheadAttention(LayerSpec.MultiheadAttention spec) {
    int length = assembler.layer().inputShape().get(0);
    int features = width(assembler.layer());
    AttentionShape shape =
        new AttentionShape(assembler.batch(), length, spec.numHeads(), features, spec.causal());
    Signal projected =
        assembler.linear(length, features, 3 * features, "in_proj_weight", "in_proj_bias");
    Signal attended = assembler.newOutput((long) length * features);
    DropoutMask mask =
        spec.dropout() > 0 ? new DropoutMask(assembler.layer().index(), spec.dropout()) : null;
    assembler.add(new Attention(shape, projected, attended, mask, assembler.workspace()), attended);
    return assembler.linear(length, features, features, "out_proj.weight", "out_proj.bias");
  }

  Signal lstm(LayerSpec.Lstm spec) {
    int batch = assembler.batch();
    int length = assembler.layer().inputShape().get(0);
    int in = width(assembler.layer());
    int out = spec.hiddenSize() * spec.directions();
    boolean timeMajor = batch > 1;
    if (timeMajor) {
      Signal transposed = assembler.allocateLike(assembler.signal());
      assembler.add(
          TimeMajor.toTimeMajor(batch, length, in, assembler.signal(), transposed), transposed);
    }
    for (int stacked = 0; stacked < spec.numLayers(); stacked++) {
      if (stacked > 0 && spec.dropout() > 0) {
        int index = assembler.layer().index() + stacked * STACKED_OFFSET;
        DropoutMask mask = new DropoutMask(index, spec.dropout());
        Signal dropped = assembler.allocateLike(assembler.signal());
        assembler.add(
            new SequenceDropout(batch, length, out, mask, assembler.signal(), dropped), dropped);
      }
      addStackedLayer(spec, stacked, length, stacked == 0 ? in : out);
    }
    if (timeMajor) {
      Signal output = assembler.allocateLike(assembler.signal());
      assembler.add(TimeMajor.toBatchMajor(batch, length, out, assembler.signal(), output), output);
    }
    return assembler.signal();
  }

  /** Adds one of an LSTM's stacked layers, in one direction or both. */
  private void addStackedLayer(LayerSpec.Lstm spec, int index, int length, int in) {
    int hidden = spec.hiddenSize();
    Signal input = assembler.signal();
    Signal output = assembler.newOutput((long) length * hidden * spec.directions());
    LstmShape forwardShape = new LstmShape(assembler.batch(), length, hidden, false);
    String suffix = "_l" + index;
    if (spec.bidirectional()) {
      Signal first = assembler.withOwnGradient(input);
      Signal second = assembler.withOwnGradient(input);
      assembler.fork(input, first, second);
      LstmShape reverseShape = new LstmShape(assembler.batch(), length, hidden, true);
      addDirection(
          reverseShape, suffix + "_reverse", second, in, new Columns(output, hidden, 2 * hidden));
      addDirection(forwardShape, suffix, first, in, new Columns(output, 0, 2 * hidden));
    } else {
      addDirection(forwardShape, suffix, input, in, new Columns(output, 0, hidden));
    }
  }

  private void addDirection(LstmShape shape, String suffix, Signal input, int in, Columns output) {
    assembler.continueFrom(input);
    Signal gates =
        assembler.linear(
            shape.length(), in, shape.gates(), "weight_ih" + suffix, "bias_ih" + suffix);
    Signal weight = assembler.parameter("weight_hh" + suffix);
    Signal bias = assembler.parameter("bias_hh" + suffix);
    assembler.add(
        new LstmSteps(shape, gates, weight, bias, output, assembler.workspace()), output.rows());
  }

  private static int width(Network.Layer layer) {
    return layer.inputShape().get(layer.inputShape().size() - 1);
  }
}
