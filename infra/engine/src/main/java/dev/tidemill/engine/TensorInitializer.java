package dev.tidemill.engine;

import java.nio.FloatBuffer;

/** Draws the initial values of a tensor. */
sealed interface TensorInitializer {

  /** Writes the whole tensor. */
  void fill(FloatBuffer values, SeededStream stream);

  /** The same value everywhere. */
  record Constant(float value) implements TensorInitializer {
    @Override
    public void fill(FloatBuffer values, SeededStream stream) {
      while (values.hasRemaining()) {
        values.put(value);
      }
    }
  }

  /** Uniform in [-bound, bound). */
  record Uniform(double bound) implements TensorInitializer {

    /** {@code kaiming_uniform_(a=sqrt(5))}, and PyTorch's rule for the layer's bias. */
    static Uniform ofFanIn(long fanIn) {
      return new Uniform(1 / Math.sqrt((double) fanIn));
    }

    @Override
    public void fill(FloatBuffer values, SeededStream stream) {
      while (values.hasRemaining()) {
        values.put((float) (bound * (2.0 * stream.nextFloat() - 1)));
      }
    }
  }

  /**
   * Normal with mean 0, by the Box-Muller transform. It uses StrictMath, so that every platform
   * computes the same bits.
   */
  record Normal(double deviation) implements TensorInitializer {
    @Override
    public void fill(FloatBuffer values, SeededStream stream) {
      while (values.hasRemaining()) {
        // 1 - u is above 0, so its logarithm is finite.
        double radius = deviation * StrictMath.sqrt(-2 * StrictMath.log(1.0 - stream.nextFloat()));
        double angle = 2 * Math.PI * stream.nextFloat();
        values.put((float) (radius * StrictMath.cos(angle)));
        if (values.hasRemaining()) {
          values.put((float) (radius * StrictMath.sin(angle)));
        }
      }
    }
  }

  /**
   * Chooses PyTorch's initialization for a tensor:
   *
   * <ul>
   *   <li>weights and biases of convolution and linear layers: U(±1/sqrt(fan in));
   *   <li>all tensors of an LSTM: U(±1/sqrt(hidden size));
   *   <li>attention: {@code xavier_uniform_} for queries, keys and values, the rule of linear
   *       layers for the output projection, 0 for biases;
   *   <li>embeddings: N(0, 1); positional embeddings: N(0, 0.02);
   *   <li>norms: weight 1, bias 0, running mean 0, running variance 1.
   * </ul>
   */
  record PyTorchDefault(Network.Layer layer, StateLayout.Slice tensor)
      implements LayerSpec.Visitor<TensorInitializer> {

    @Override
    public TensorInitializer conv2d(LayerSpec.Conv2d l) {
      return ofFanIn();
    }

    @Override
    public TensorInitializer linear(LayerSpec.Linear l) {
      return ofFanIn();
    }

    @Override
    public TensorInitializer batchNorm2d(LayerSpec.BatchNorm2d l) {
      return norm();
    }

    @Override
    public TensorInitializer batchNorm1d(LayerSpec.BatchNorm1d l) {
      return norm();
    }

    @Override
    public TensorInitializer layerNorm(LayerSpec.LayerNorm l) {
      return norm();
    }

    @Override
    public TensorInitializer embedding(LayerSpec.Embedding l) {
      return new Normal(1);
    }

    @Override
    public TensorInitializer columnEmbedding(LayerSpec.ColumnEmbedding l) {
      return new Normal(1);
    }

    @Override
    public TensorInitializer positionalEmbedding(LayerSpec.PositionalEmbedding l) {
      return new Normal(0.02);
    }

    @Override
    public TensorInitializer lstm(LayerSpec.Lstm l) {
      return Uniform.ofFanIn(l.hiddenSize());
    }

    @Override
    public TensorInitializer multiheadAttention(LayerSpec.MultiheadAttention l) {
      if (tensor.shape().size() == 1) {
        return new Constant(0);
      }
      double rows = tensor.shape().get(0);
      double columns = tensor.shape().get(1);
      return is("in_proj_weight")
          ? new Uniform(Math.sqrt(6 / (rows + columns)))
          : Uniform.ofFanIn(tensor.shape().get(1));
    }

    @Override
    public TensorInitializer maxPool2d(LayerSpec.MaxPool2d l) {
      return none();
    }

    @Override
    public TensorInitializer avgPool2d(LayerSpec.AvgPool2d l) {
      return none();
    }

    @Override
    public TensorInitializer dropout(LayerSpec.Dropout l) {
      return none();
    }

    @Override
    public TensorInitializer flatten(LayerSpec.Flatten l) {
      return none();
    }

    @Override
    public TensorInitializer activation(LayerSpec.Activation l) {
      return none();
    }

    @Override
    public TensorInitializer sequencePool(LayerSpec.SequencePool l) {
      return none();
    }

    @Override
    public TensorInitializer residual(LayerSpec.Residual l) {
      return none();
    }

    /** Fan in: the input features, or the input channels times the kernel area. */
    private TensorInitializer ofFanIn() {
      StateLayout.Slice weight = layer.tensors().get(0);
      return Uniform.ofFanIn(weight.length() / weight.shape().get(0));
    }

    private TensorInitializer norm() {
      return new Constant(is("weight") || is("running_var") ? 1 : 0);
    }

    private boolean is(String within) {
      return tensor.name().equals(layer.name() + "." + within);
    }

    private TensorInitializer none() {
      throw new IllegalStateException("layer " + layer.name() + " has no tensor " + tensor.name());
    }
  }
}
