package dev.tidemill.engine;

import java.util.List;
import java.util.Optional;

/**
 * Checks what came by the log before an engine sees it: shape, type, length, finite values, labels.
 * The unit of refusal is the record; the fault names the first bad sample. Not thread-safe.
 */
public final class SampleCheck {
  private final Network network;
  private final LabelCheck labels;

  public SampleCheck(Network network) {
    this.network = network;
    this.labels = new LabelCheck(network);
  }

  /**
   * A batch record to be trained.
   *
   * @param inputs {@code [B, ...sample shape]}
   * @param given UINT8, INT32 or INT64 class numbers, {@code [B]}, or {@code [B, length]} with
   *     classes at every place; for mse FLOAT32 {@code [B, K]}
   * @return why the whole record is refused; empty if every sample is sound
   */
  public Optional<String> batch(TensorView inputs, TensorView given) {
    Optional<String> fault = batchShape(inputs);
    if (fault.isEmpty()) {
      fault = values(inputs);
    }
    return fault.isEmpty() ? labels.fault(given, inputs.shape().get(0)) : fault;
  }

  /**
   * One sample to be answered.
   *
   * @param input in the spec's input shape, or with a leading 1
   * @return why it is refused; empty if it is sound
   */
  public Optional<String> request(TensorView input) {
    Optional<String> fault = network.whyNot(input.shape());
    if (fault.isPresent()) {
      return fault;
    }
    return input.isComplete() ? values(input) : Optional.of(incomplete("inputs", input));
  }

  private Optional<String> values(TensorView inputs) {
    if (network.layers().get(0).spec() instanceof LayerSpec.Embedding tokens) {
      return new ClassNumberCheck("token", "tokens", tokens.numEmbeddings(), network.inputLength())
          .fault(inputs);
    }
    return new ValueCheck(network.inputLength(), network.spec().input().scale()).fault(inputs, "");
  }

  private Optional<String> batchShape(TensorView inputs) {
    List<Long> shape = inputs.shape();
    List<Integer> takes = network.spec().input().shape();
    if (shape.isEmpty() || !ShapeErrors.same(takes, shape, 1)) {
      Optional<String> why =
          shape.isEmpty() ? Optional.empty() : network.whyNot(shape.subList(1, shape.size()));
      return Optional.of(
          "inputs need shape [samples, "
              + takes.toString().substring(1)
              + ", got "
              + ShapeErrors.shown(shape)
              + why.map(text -> ": " + text).orElse(""));
    }
    if (shape.get(0) < 1) {
      return Optional.of("the record holds no samples: inputs have shape " + shape);
    }
    return inputs.isComplete() ? Optional.empty() : Optional.of(incomplete("inputs", inputs));
  }

  static String incomplete(String what, TensorView tensor) {
    return what
        + " of type "
        + tensor.type()
        + " and shape "
        + ShapeErrors.shown(tensor.shape())
        + " do not fit their "
        + tensor.data().remaining()
        + " bytes";
  }
}
