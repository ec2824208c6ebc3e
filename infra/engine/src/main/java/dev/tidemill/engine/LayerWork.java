package dev.tidemill.engine;

/**
 * The FLOPs of a layer's forward pass, and what its backward pass needs.
 *
 * @param flops 2 for each multiply-add of a product
 * @param needsInput whether the backward pass needs the layer's input
 * @param needsOutput whether the backward pass needs the layer's output
 * @param saved other values that the backward pass needs
 * @param workspace values that the library's workspace holds from the forward to the backward pass
 */
record LayerWork(long flops, boolean needsInput, boolean needsOutput, long saved, long workspace) {

  private static final LayerWork NOTHING = new LayerWork(0, false, false, 0);
  private static final LayerWork OF_INPUT = new LayerWork(0, true, false, 0);
  private static final LayerWork OF_OUTPUT = new LayerWork(0, false, true, 0);

  LayerWork(long flops, boolean needsInput, boolean needsOutput, long saved) {
    this(flops, needsInput, needsOutput, saved, 0);
  }

  static LayerWork of(Network.Layer layer) {
    return layer.spec().accept(new Calculator(layer));
  }

  private record Calculator(Network.Layer layer) implements LayerSpec.Visitor<LayerWork> {

    @Override
    public LayerWork conv2d(LayerSpec.Conv2d l) {
      long window = (long) l.kernelSize().height() * l.kernelSize().width();
      return product(window * layer.inputShape().get(0) * layer.outputLength());
    }

    @Override
    public LayerWork linear(LayerSpec.Linear l) {
      return product((long) features() * layer.outputLength());
    }

    @Override
    public LayerWork lstm(LayerSpec.Lstm l) {
      long hidden = l.hiddenSize();
      long both = hidden * l.directions();
      long products = 0;
      long workspace = 0;
      long takes = features();
      for (int i = 0; i < l.numLayers(); i++) {
        products += 4 * both * (takes + hidden);
        // oneDNN's workspace: states of each position and their gradients, as wide as the input.
        workspace += 4 * both + 6L * l.directions() * Math.max(takes, hidden);
        takes = both;
      }
      // Gates and cell of each stacked layer, and the output of each but the last.
      long saved = (5L * l.numLayers() + l.numLayers() - 1) * both;
      return new LayerWork(
          2 * length() * products, true, true, length() * saved, length() * workspace);
    }

    /** Counts only the sums of the attention weights, because fused attention recomputes them. */
    @Override
    public LayerWork multiheadAttention(LayerSpec.MultiheadAttention l) {
      long length = length();
      long features = features();
      long projections = 4 * length * features * features;
      long weighting = 2 * length * length * features;
      long saved = 4 * length * features + l.numHeads() * length;
      return new LayerWork(2 * (projections + weighting), true, false, saved);
    }

    @Override
    public LayerWork layerNorm(LayerSpec.LayerNorm l) {
      return new LayerWork(0, true, false, 2L * layer.inputLength() / features());
    }

    @Override
    public LayerWork batchNorm2d(LayerSpec.BatchNorm2d l) {
      return OF_INPUT;
    }

    @Override
    public LayerWork batchNorm1d(LayerSpec.BatchNorm1d l) {
      return OF_INPUT;
    }

    @Override
    public LayerWork embedding(LayerSpec.Embedding l) {
      return OF_INPUT;
    }

    @Override
    public LayerWork columnEmbedding(LayerSpec.ColumnEmbedding l) {
      return OF_INPUT;
    }

    /** Saves the index of each maximum. */
    @Override
    public LayerWork maxPool2d(LayerSpec.MaxPool2d l) {
      return new LayerWork(0, false, false, layer.outputLength());
    }

    /** Saves the mask. */
    @Override
    public LayerWork dropout(LayerSpec.Dropout l) {
      return new LayerWork(0, false, false, layer.outputLength());
    }

    @Override
    public LayerWork activation(LayerSpec.Activation l) {
      return switch (l.kind()) {
        case RELU, TANH, SIGMOID -> OF_OUTPUT;
        case GELU, GELU_TANH -> OF_INPUT;
      };
    }

    @Override
    public LayerWork avgPool2d(LayerSpec.AvgPool2d l) {
      return NOTHING;
    }

    @Override
    public LayerWork flatten(LayerSpec.Flatten l) {
      return NOTHING;
    }

    @Override
    public LayerWork positionalEmbedding(LayerSpec.PositionalEmbedding l) {
      return NOTHING;
    }

    @Override
    public LayerWork sequencePool(LayerSpec.SequencePool l) {
      return NOTHING;
    }

    /** Needs nothing: a sum passes its gradient unchanged to both parts. */
    @Override
    public LayerWork residual(LayerSpec.Residual l) {
      return NOTHING;
    }

    private static LayerWork product(long multiplyAdds) {
      return new LayerWork(2 * multiplyAdds, true, false, 0);
    }

    private int features() {
      return layer.inputShape().get(layer.inputShape().size() - 1);
    }

    private long length() {
      return layer.inputShape().get(0);
    }
  }
}
