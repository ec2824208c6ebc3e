package dev.tidemill.engine;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A layer as data: a PyTorch module and its arguments. {@link Network} infers input sizes from the
 * layer before. Every layer has a name: the spec's, or its index in the list, as in {@code
 * nn.Sequential}. In a {@link Residual}, the block's name comes first in the tensor names.
 */
public sealed interface LayerSpec {

  /** The name, unique in its list; the last part of the prefix of the layer's tensor names. */
  String name();

  /** The type in the spec, e.g. {@code conv2d}. */
  String type();

  /** Calls the visitor's method for this layer. */
  <R> R accept(Visitor<R> visitor);

  /** One method per layer type. A new type does not compile until every visitor handles it. */
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

    R columnEmbedding(ColumnEmbedding layer);

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

  /** Maximum of each window. Padding never is the maximum; output sizes are rounded down. */
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

  /** Mean of each window. Padding counts as zeros; output sizes are rounded down. */
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
   * {@code x * weight^T + bias} on the last dimension of {@code [features]} or {@code [length,
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
   * Batch normalization of {@code [channels, height, width]}. Training normalizes with the biased
   * variance of the batch. The running variance uses the unbiased one: {@code running = (1 -
   * momentum) * running + momentum * batch}.
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

  /** Batch normalization of {@code [features]}, like {@link BatchNorm2d}. */
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

  /** Reshapes a sample to {@code [values]}, channels outermost. */
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

  /** An elementwise function. */
  record Activation(String name, Kind kind) implements LayerSpec {

    /** The function. */
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
   * Looks up a row of {@code weight [numEmbeddings, embeddingDim]} for each token: {@code [length]}
   * to {@code [length, embeddingDim]}. It must be the first layer.
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

  /**
   * Replaces elements that are category numbers by learned rows: {@code [features]} to {@code
   * [features - columns + columns * embeddingDim]}. The other elements come first, in their order,
   * then a row for each column, in the order of the columns. It must be the first layer.
   *
   * <p>Each column has a tensor of its own, {@code INDEX.weight [categories, embeddingDim]}, as in
   * an {@code nn.ModuleDict} of {@code nn.Embedding}. So an appended category is a row behind those
   * of its column.
   *
   * @param columns at least one, with ascending indexes
   */
  record ColumnEmbedding(String name, int embeddingDim, List<CategoryColumn> columns)
      implements LayerSpec {
    public ColumnEmbedding {
      columns = List.copyOf(columns);
    }

    @Override
    public String type() {
      return "column_embedding";
    }

    /** Number of categories by the index of the element, ascending. */
    public SortedMap<Integer, Integer> sizes() {
      SortedMap<Integer, Integer> sizes = new TreeMap<>();
      columns.forEach(column -> sizes.put(column.index(), column.categories()));
      return sizes;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.columnEmbedding(this);
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
   * {@code nn.LSTM}, batch first: {@code [length, features]} to {@code [length, hiddenSize]}. A
   * bidirectional one has twice as many output features, those of the forward direction first. Each
   * sample starts from zero states.
   *
   * <p>The gates are in the order i, f, g, o. The tensors are {@code weight_ih_l0 [4 * hiddenSize,
   * features]}, {@code weight_hh_l0}, {@code bias_ih_l0}, {@code bias_hh_l0}, then those of {@code
   * _l0_reverse}, then those of the next stacked layer.
   *
   * @param dropout probability between stacked layers, in training
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
   * Normalizes the last dimension of {@code [features]} or {@code [length, features]} with its
   * biased variance, then applies {@code * weight + bias}, both {@code [features]}.
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
   * Self-attention ({@code nn.MultiheadAttention}), batch first; {@code [length, features]} keeps
   * its shape. The tensors are {@code in_proj_weight [3 * features, features]} (queries, keys,
   * values), {@code in_proj_bias}, {@code out_proj.weight} and {@code out_proj.bias}.
   *
   * @param causal whether a position attends only to itself and earlier positions
   * @param dropout probability for the attention weights, in training
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

  /** Reduces a sequence to one row: {@code [length, features]} to {@code [features]}. */
  record SequencePool(String name, Mode mode) implements LayerSpec {

    /** How the row is computed. */
    public enum Mode {
      /** The last position. */
      LAST("last"),
      /** The mean over all positions. */
      MEAN("mean");

      private final String word;

      Mode(String word) {
        this.word = word;
      }

      /** The name in the spec. */
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
   * Adds the output of its layers to its input, or to the output of its shortcut. A layer in it has
   * the full name {@code NAME.child}, and a layer of its shortcut {@code NAME.shortcut.child}.
   *
   * @param layers at least one
   * @param shortcut empty to add the input itself
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
