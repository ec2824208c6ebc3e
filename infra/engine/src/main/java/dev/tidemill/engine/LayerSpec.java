package dev.tidemill.engine;

/**
 * A layer as data: PyTorch's module and arguments. Sizes that follow from the layer before are not
 * said; {@link Network} infers them. Every layer has a name, the spec's or else its place in the
 * list of layers, as in {@code nn.Sequential}.
 */
public sealed interface LayerSpec {

  /** Unique in a spec; the prefix of the layer's tensors. */
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

  /** {@code x * weight^T + bias}; {@code weight [out, in]}, {@code bias [out]}. */
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
   * Batch normalisation of {@code [channels, height, width]}. Training uses the batch's biased
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

  /** Batch normalisation of {@code [features]}; as {@link BatchNorm2d}. */
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
}
