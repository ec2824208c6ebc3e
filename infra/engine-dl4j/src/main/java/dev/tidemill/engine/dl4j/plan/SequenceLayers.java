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

  private final PlanAssembler draft;

  SequenceLayers(PlanAssembler draft) {
    this.draft = draft;
  }

  Signal embedding(LayerSpec.Embedding spec) {
    Network.Layer layer = draft.layer();
    Signal out = draft.fresh(layer.outputLength());
    int count = draft.batch() * layer.inputLength();
    Floats tokens = draft.signal().values();
    return draft.add(
        new Embedding(
            count,
            spec.numEmbeddings(),
            spec.embeddingDim(),
            tokens,
            draft.parameter("weight"),
            out),
        out);
  }

  Signal positionalEmbedding() {
    Signal in = draft.signal();
    int length = draft.layer().inputLength();
    Signal out = in.wantsGradient() ? draft.replaced() : draft.fresh(length);
    return draft.add(
        new PositionalEmbedding(draft.batch(), length, in, draft.parameter("weight"), out), out);
  }

  Signal layerNorm(LayerSpec.LayerNorm spec) {
    int width = width(draft.layer());
    Signal in = draft.signal();
    Signal out = draft.fresh(draft.layer().outputLength());
    return draft.add(
        new LayerNorm(
            in.values().length() / width,
            width,
            spec.eps(),
            in,
            draft.parameter("weight"),
            draft.parameter("bias"),
            out),
        out);
  }

  Signal sequencePool(LayerSpec.SequencePool spec) {
    Signal out = draft.fresh(draft.layer().outputLength());
    return draft.add(
        new SequencePool(
            draft.batch(),
            draft.layer().inputShape().get(0),
            width(draft.layer()),
            spec.mode() == LayerSpec.SequencePool.Mode.MEAN,
            draft.signal(),
            out),
        out);
  }

  Signal multiheadAttention(LayerSpec.MultiheadAttention spec) {
    int length = draft.layer().inputShape().get(0);
    int features = width(draft.layer());
    AttentionShape shape =
        new AttentionShape(draft.batch(), length, spec.numHeads(), features, spec.causal());
    Signal projected =
        draft.linear(length, features, 3 * features, "in_proj_weight", "in_proj_bias");
    Signal taken = draft.fresh((long) length * features);
    DropoutMask mask =
        spec.dropout() > 0 ? new DropoutMask(draft.layer().index(), spec.dropout()) : null;
    draft.add(new Attention(shape, projected, taken, mask, draft.workspace()), taken);
    return draft.linear(length, features, features, "out_proj.weight", "out_proj.bias");
  }

  Signal lstm(LayerSpec.Lstm spec) {
    int batch = draft.batch();
    int length = draft.layer().inputShape().get(0);
    int in = width(draft.layer());
    int out = spec.hiddenSize() * spec.directions();
    boolean turn = batch > 1;
    if (turn) {
      Signal turned = draft.like(draft.signal());
      draft.add(TimeMajor.of(batch, length, in, draft.signal(), turned), turned);
    }
    for (int stacked = 0; stacked < spec.numLayers(); stacked++) {
      if (stacked > 0 && spec.dropout() > 0) {
        int number = draft.layer().index() + stacked * STACKED;
        DropoutMask mask = new DropoutMask(number, spec.dropout());
        Signal dropped = draft.like(draft.signal());
        draft.add(new SequenceDropout(batch, length, out, mask, draft.signal(), dropped), dropped);
      }
      stacked(spec, stacked, length, stacked == 0 ? in : out);
    }
    if (turn) {
      Signal shown = draft.like(draft.signal());
      draft.add(TimeMajor.back(batch, length, out, draft.signal(), shown), shown);
    }
    return draft.signal();
  }

  /** One of an LSTM's stacked layers, in one direction or both. */
  private void stacked(LayerSpec.Lstm spec, int number, int length, int in) {
    int hidden = spec.hiddenSize();
    Signal taken = draft.signal();
    Signal shown = draft.fresh((long) length * hidden * spec.directions());
    LstmShape forwards = new LstmShape(draft.batch(), length, hidden, false);
    String suffix = "_l" + number;
    if (spec.bidirectional()) {
      Signal first = draft.reader(taken);
      Signal second = draft.reader(taken);
      draft.fork(taken, first, second);
      LstmShape backwards = new LstmShape(draft.batch(), length, hidden, true);
      direction(backwards, suffix + "_reverse", second, in, new Columns(shown, hidden, 2 * hidden));
      direction(forwards, suffix, first, in, new Columns(shown, 0, 2 * hidden));
    } else {
      direction(forwards, suffix, taken, in, new Columns(shown, 0, hidden));
    }
  }

  private void direction(LstmShape shape, String suffix, Signal taken, int in, Columns shown) {
    draft.goOnFrom(taken);
    Signal gates =
        draft.linear(shape.length(), in, shape.gates(), "weight_ih" + suffix, "bias_ih" + suffix);
    Signal weight = draft.parameter("weight_hh" + suffix);
    Signal bias = draft.parameter("bias_hh" + suffix);
    draft.add(new LstmSteps(shape, gates, weight, bias, shown, draft.workspace()), shown.rows());
  }

  private static int width(Network.Layer layer) {
    return layer.inputShape().get(layer.inputShape().size() - 1);
  }
}
