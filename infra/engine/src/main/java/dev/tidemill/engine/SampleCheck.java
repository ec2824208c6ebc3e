package dev.tidemill.engine;

import java.util.List;
import java.util.Optional;

/**
 * Validates records before an engine sees them: shape, type, length, finite values, tokens and
 * categories, labels and weights. It refuses whole records; the fault names the first bad sample.
 * Not thread-safe.
 */
public final class SampleCheck {
  private final Network network;
  private final LabelCheck labels;

  public SampleCheck(Network network) {
    this.network = network;
    this.labels = new LabelCheck(network);
  }

  /**
   * Checks a batch record for training.
   *
   * @param inputs {@code [B, ...sample shape]}
   * @param given UINT8, INT32 or INT64 class numbers of shape {@code [B]}, or {@code [B, length]}
   *     with classes at every position; for mse, FLOAT32 of shape {@code [B, K]}
   * @return why the whole record is refused; empty if every sample is valid
   */
  public Optional<String> batch(TensorView inputs, TensorView given) {
    Optional<String> fault = batchShape(inputs);
    if (fault.isEmpty()) {
      fault = values(inputs);
    }
    return fault.isEmpty() ? labels.fault(given, inputs.shape().get(0)) : fault;
  }

  /**
   * Checks the sample of a prediction request.
   *
   * @param input of the spec's input shape, or with a leading 1
   * @return why it is refused; empty if it is valid
   */
  public Optional<String> request(TensorView input) {
    Optional<String> fault = network.shapeError(input.shape());
    if (fault.isPresent()) {
      return fault;
    }
    return input.isComplete() ? values(input) : Optional.of(incomplete("inputs", input));
  }

  /**
   * Checks the sample weights of a batch record whose inputs are valid.
   *
   * @param weights FLOAT32 of shape {@code [B]}, each from {@link LossWeights#MIN_OF_SAMPLE} to
   *     {@link LossWeights#MAX_OF_SAMPLE}
   * @param samples B
   * @return why the whole record is refused; empty if every weight is valid
   */
  public Optional<String> weights(TensorView weights, long samples) {
    return WeightCheck.fault(weights, samples);
  }

  private Optional<String> values(TensorView inputs) {
    if (network.layers().get(0).spec() instanceof LayerSpec.Embedding tokens) {
      return new ClassNumberCheck("token", "tokens", tokens.numEmbeddings(), network.inputLength())
          .fault(inputs);
    }
    return new ValueCheck(network.inputLength(), network.spec().input().scale())
        .fault(inputs, "")
        .or(
            () ->
                network
                    .columnEmbedding()
                    .flatMap(layer -> new ColumnCheck(layer, network.inputLength()).fault(inputs)));
  }

  private Optional<String> batchShape(TensorView inputs) {
    List<Long> shape = inputs.shape();
    List<Integer> takes = network.spec().input().shape();
    if (shape.isEmpty() || !ShapeErrors.same(takes, shape, 1)) {
      Optional<String> why =
          shape.isEmpty() ? Optional.empty() : network.shapeError(shape.subList(1, shape.size()));
      return Optional.of(
          "inputs must have shape [samples, "
              + takes.toString().substring(1)
              + ", got "
              + ShapeErrors.format(shape)
              + why.map(text -> ": " + text).orElse(""));
    }
    if (shape.get(0) < 1) {
      return Optional.of("the record contains no samples: inputs have shape " + shape);
    }
    return inputs.isComplete() ? Optional.empty() : Optional.of(incomplete("inputs", inputs));
  }

  static String incomplete(String what, TensorView tensor) {
    return what
        + " have "
        + tensor.data().remaining()
        + " bytes, which does not match type "
        + tensor.type()
        + " and shape "
        + ShapeErrors.format(tensor.shape());
  }
}
