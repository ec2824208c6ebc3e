package dev.tidemill.engine;

import java.util.Arrays;
import java.util.List;

/**
 * A layer as data: PyTorch's module and arguments. Sizes that follow from the layer before are not
 * said; {@link Network} infers them. Every layer has a name, the spec's or else its place in the
 * list of layers, as in {@code nn.Sequential}; where it stands in a {@link Residual}, its tensors
 * are called by both.
 */
public sealed interface LayerSpec {

  /** Unique in its list; in a network's own list, the prefix of the layer's tensors. */
  String name();

  /** The spec's word for it, e.g. {@code conv2d}. */
  String type();

  /** Calls the visitor's method for this layer. */
  <R> R accept(Visitor<R> visitor);

  /** One method a layer, so that a new one cannot be forgotten. */
  interface Visitor<R> {
    R conv2d(Conv2d layer);

    R maxPool2d(MaxPool2d layer);

    R avgPool2d(AvgPool2d layer);

    R linear(Linear layer);

    R batchNorm2d(BatchNorm2d layer);

    R batchNorm1d(BatchNorm1d layer);

    R dropout(Dropout layer);

    R flatten(Flatten layer);

    R activation(Activation layer);

    R embedding(Embedding layer);

    R positionalEmbedding(PositionalEmbedding layer);

    R lstm(Lstm layer);

    R layerNorm(LayerNorm layer);

    R multiheadAttention(MultiheadAttention layer);

    R sequencePool(SequencePool layer);

    R residual(Residual layer);
  }

  /** Cross-correlation with zero padding; {@code weight [out, in, kh, kw]}, {@code bias [out]}. */
  record Conv2d(
      String name, int outChannels, Size2d kernelSize, Size2d stride, Size2d padding, boolean bias)
      implements LayerSpec {
    @Override
    public String type() {
      return "conv2d";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.conv2d(this);
    }
  }

  /** Maximum of each window; padding never wins; sizes are rounded down. */
  record MaxPool2d(String name, Size2d kernelSize, Size2d stride, Size2d padding)
      implements LayerSpec {
    @Override
    public String type() {
      return "max_pool2d";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.maxPool2d(this);
    }
  }

  /** Mean of each window, padding counted as zeros; sizes are rounded down. */
  record AvgPool2d(String name, Size2d kernelSize, Size2d stride, Size2d padding)
      implements LayerSpec {
    @Override
    public String type() {
      return "avg_pool2d";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.avgPool2d(this);
    }
  }

  /**
   * {@code x * weight^T + bias} over the last size of {@code [features]} or {@code [length,
   * features]}; {@code weight [out, in]}, {@code bias [out]}.
   */
  record Linear(String name, int outFeatures, boolean bias) implements LayerSpec {
    @Override
    public String type() {
      return "linear";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.linear(this);
    }
  }

  /**
   * Batch normalization of {@code [channels, height, width]}. Training uses the batch's biased
   * variance; the running variance takes the unbiased one: {@code running = (1 - momentum) *
   * running + momentum * batch}.
   */
  record BatchNorm2d(String name, double eps, double momentum) implements LayerSpec {
    @Override
    public String type() {
      return "batch_norm2d";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.batchNorm2d(this);
    }
  }

  /** Batch normalization of {@code [features]}; as {@link BatchNorm2d}. */
  record BatchNorm1d(String name, double eps, double momentum) implements LayerSpec {
    @Override
    public String type() {
      return "batch_norm1d";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.batchNorm1d(this);
    }
  }

  /** Zeroes values with probability {@code p} in training and scales the others by 1/(1-p). */
  record Dropout(String name, double p) implements LayerSpec {
    @Override
    public String type() {
      return "dropout";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.dropout(this);
    }
  }

  /** All values of a sample in one row, channels outermost. */
  record Flatten(String name) implements LayerSpec {
    @Override
    public String type() {
      return "flatten";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.flatten(this);
    }
  }

  /** A function of each value on its own. */
  record Activation(String name, Kind kind) implements LayerSpec {

    /** Which function. */
    public enum Kind {
      RELU("relu"),
      TANH("tanh"),
      SIGMOID("sigmoid"),
      /** {@code x * Phi(x)}, with the error function. */
      GELU("gelu"),
      /** GELU with {@code approximate: tanh}. */
      GELU_TANH("gelu");

      private final String type;

      Kind(String type) {
        this.type = type;
      }
    }

    @Override
    public String type() {
      return kind.type;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.activation(this);
    }
  }

  /**
   * A row of {@code weight [numEmbeddings, embeddingDim]} for each token number of {@code
   * [length]}: {@code [length, embeddingDim]}. Only a first layer takes tokens.
   */
  record Embedding(String name, int numEmbeddings, int embeddingDim) implements LayerSpec {
    @Override
    public String type() {
      return "embedding";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.embedding(this);
    }
  }

  /** Adds the learned {@code weight [length, features]}. */
  record PositionalEmbedding(String name) implements LayerSpec {
    @Override
    public String type() {
      return "positional_embedding";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.positionalEmbedding(this);
    }
  }

  /**
   * {@code nn.LSTM}, batch first: {@code [length, features]} to {@code [length, hiddenSize]}, or
   * twice as many features with both directions, the forward one's first. Begins at zeros with each
   * sample. Gates in the order i, f, g, o; {@code weight_ih_l0 [4 * hiddenSize, features]}, {@code
   * weight_hh_l0}, {@code bias_ih_l0}, {@code bias_hh_l0}, then those of {@code _l0_reverse}, then
   * of the next of the stacked layers.
   *
   * @param dropout between stacked layers, in training
   */
  record Lstm(String name, int hiddenSize, int numLayers, boolean bidirectional, double dropout)
      implements LayerSpec {
    @Override
    public String type() {
      return "lstm";
    }

    /** 2 if bidirectional, else 1. */
    public int directions() {
      return bidirectional ? 2 : 1;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.lstm(this);
    }
  }

  /**
   * Normalizes the last size of {@code [features]} or {@code [length, features]} with its biased
   * variance, then {@code * weight + bias}, both {@code [features]}.
   */
  record LayerNorm(String name, double eps) implements LayerSpec {
    @Override
    public String type() {
      return "layer_norm";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.layerNorm(this);
    }
  }

  /**
   * {@code nn.MultiheadAttention} of a sequence to itself, batch first: {@code [length, features]}
   * keeps its shape. {@code in_proj_weight [3 * features, features]} (queries, keys, values),
   * {@code in_proj_bias}, {@code out_proj.weight}, {@code out_proj.bias}.
   *
   * @param causal whether a position sees only itself and those before it
   * @param dropout of the attention's weights, in training
   */
  record MultiheadAttention(String name, int numHeads, boolean causal, double dropout, boolean bias)
      implements LayerSpec {
    @Override
    public String type() {
      return "multihead_attention";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.multiheadAttention(this);
    }
  }

  /** One row of a sequence: {@code [length, features]} to {@code [features]}. */
  record SequencePool(String name, Mode mode) implements LayerSpec {

    /** Which row. */
    public enum Mode {
      /** The last position's. */
      LAST("last"),
      /** The mean over all positions. */
      MEAN("mean");

      private final String word;

      Mode(String word) {
        this.word = word;
      }

      /** The spec's word for it. */
      public String word() {
        return word;
      }

      static List<String> words() {
        return Arrays.stream(values()).map(Mode::word).toList();
      }
    }

    @Override
    public String type() {
      return "sequence_pool";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.sequencePool(this);
    }
  }

  /**
   * What the layers give, added to what they took, or to what the shortcut makes of it. A layer in
   * it is called {@code NAME.child}, one of its shortcut {@code NAME.shortcut.child}.
   *
   * @param layers at least one
   * @param shortcut empty where the input itself is added
   */
  record Residual(String name, List<LayerSpec> layers, List<LayerSpec> shortcut)
      implements LayerSpec {

    public Residual {
      layers = List.copyOf(layers);
      shortcut = List.copyOf(shortcut);
    }

    @Override
    public String type() {
      return "residual";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.residual(this);
    }
  }
}
