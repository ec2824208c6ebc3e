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

/** Kernels of the layers of sequences: {@code [length, features]} a sample. */
final class SequenceLayers {
  // Far from any layer's number.
  private static final int STACKED = 1 << 20;

  private final PlanAssembler assembler;

  SequenceLayers(PlanAssembler assembler) {
    this.assembler = assembler;
  }

  Signal embedding(LayerSpec.Embedding spec) {
    Network.Layer layer = assembler.layer();
    Signal out = assembler.fresh(layer.outputLength());
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
    Signal out = in.wantsGradient() ? assembler.replaced() : assembler.fresh(length);
    return assembler.add(
        new PositionalEmbedding(assembler.batch(), length, in, assembler.parameter("weight"), out),
        out);
  }

  Signal layerNorm(LayerSpec.LayerNorm spec) {
    int width = width(assembler.layer());
    Signal in = assembler.signal();
    Signal out = assembler.fresh(assembler.layer().outputLength());
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
    Signal out = assembler.fresh(assembler.layer().outputLength());
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
    Signal taken = assembler.fresh((long) length * features);
    DropoutMask mask =
        spec.dropout() > 0 ? new DropoutMask(assembler.layer().index(), spec.dropout()) : null;
    assembler.add(new Attention(shape, projected, taken, mask, assembler.workspace()), taken);
    return assembler.linear(length, features, features, "out_proj.weight", "out_proj.bias");
  }

  Signal lstm(LayerSpec.Lstm spec) {
    int batch = assembler.batch();
    int length = assembler.layer().inputShape().get(0);
    int in = width(assembler.layer());
    int out = spec.hiddenSize() * spec.directions();
    boolean turn = batch > 1;
    if (turn) {
      Signal turned = assembler.like(assembler.signal());
      assembler.add(TimeMajor.of(batch, length, in, assembler.signal(), turned), turned);
    }
    for (int stacked = 0; stacked < spec.numLayers(); stacked++) {
      if (stacked > 0 && spec.dropout() > 0) {
        int number = assembler.layer().index() + stacked * STACKED;
        DropoutMask mask = new DropoutMask(number, spec.dropout());
        Signal dropped = assembler.like(assembler.signal());
        assembler.add(
            new SequenceDropout(batch, length, out, mask, assembler.signal(), dropped), dropped);
      }
      stacked(spec, stacked, length, stacked == 0 ? in : out);
    }
    if (turn) {
      Signal shown = assembler.like(assembler.signal());
      assembler.add(TimeMajor.back(batch, length, out, assembler.signal(), shown), shown);
    }
    return assembler.signal();
  }

  /** One of an LSTM's stacked layers, in one direction or both. */
  private void stacked(LayerSpec.Lstm spec, int number, int length, int in) {
    int hidden = spec.hiddenSize();
    Signal taken = assembler.signal();
    Signal shown = assembler.fresh((long) length * hidden * spec.directions());
    LstmShape forwards = new LstmShape(assembler.batch(), length, hidden, false);
    String suffix = "_l" + number;
    if (spec.bidirectional()) {
      Signal first = assembler.reader(taken);
      Signal second = assembler.reader(taken);
      assembler.fork(taken, first, second);
      LstmShape backwards = new LstmShape(assembler.batch(), length, hidden, true);
      direction(backwards, suffix + "_reverse", second, in, new Columns(shown, hidden, 2 * hidden));
      direction(forwards, suffix, first, in, new Columns(shown, 0, 2 * hidden));
    } else {
      direction(forwards, suffix, taken, in, new Columns(shown, 0, hidden));
    }
  }

  private void direction(LstmShape shape, String suffix, Signal taken, int in, Columns shown) {
    assembler.continueFrom(taken);
    Signal gates =
        assembler.linear(
            shape.length(), in, shape.gates(), "weight_ih" + suffix, "bias_ih" + suffix);
    Signal weight = assembler.parameter("weight_hh" + suffix);
    Signal bias = assembler.parameter("bias_hh" + suffix);
    assembler.add(
        new LstmSteps(shape, gates, weight, bias, shown, assembler.workspace()), shown.rows());
  }

  private static int width(Network.Layer layer) {
    return layer.inputShape().get(layer.inputShape().size() - 1);
  }
}
