package dev.tidemill.engine;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Checks what came by the log before an engine sees it: shape, type, length, finite values, labels.
 * The unit of refusal is the record; the fault names the first bad sample. Not thread-safe.
 */
public final class SampleCheck {
  private final Network network;
  private final ValueCheck values;

  public SampleCheck(Network network) {
    this.network = network;
    this.values = new ValueCheck(network.inputLength(), network.spec().input().scale());
  }

  /**
   * A batch record to be trained.
   *
   * @param inputs {@code [B, ...sample shape]}
   * @param labels INT32 or INT64 {@code [B]} class numbers; for mse FLOAT32 {@code [B, K]}
   * @return why the whole record is refused; empty if every sample is sound
   */
  public Optional<String> batch(TensorView inputs, TensorView labels) {
    Optional<String> fault = batchShape(inputs);
    if (fault.isEmpty()) {
      fault = values.fault(inputs, "");
    }
    return fault.isEmpty() ? labels(labels, inputs.shape().get(0)) : fault;
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
    return input.isComplete() ? values.fault(input, "") : Optional.of(incomplete("inputs", input));
  }

  private Optional<String> batchShape(TensorView inputs) {
    List<Long> shape = inputs.shape();
    List<Integer> takes = network.spec().input().shape();
    if (shape.isEmpty() || !ShapeRefusal.same(takes, shape, 1)) {
      Optional<String> why =
          shape.isEmpty() ? Optional.empty() : network.whyNot(shape.subList(1, shape.size()));
      return Optional.of(
          "inputs need shape [samples, "
              + takes.toString().substring(1)
              + ", got "
              + ShapeRefusal.shown(shape)
              + why.map(text -> ": " + text).orElse(""));
    }
    if (shape.get(0) < 1) {
      return Optional.of("the record holds no samples: inputs have shape " + shape);
    }
    return inputs.isComplete() ? Optional.empty() : Optional.of(incomplete("inputs", inputs));
  }

  private Optional<String> labels(TensorView labels, long samples) {
    boolean classes = network.spec().loss() == LossType.CROSS_ENTROPY;
    boolean typed =
        classes
            ? labels.type() == ElementType.INT32 || labels.type() == ElementType.INT64
            : labels.type() == ElementType.FLOAT32;
    if (!typed || !labels.isPlain()) {
      return Optional.of(
          (classes ? "labels need to be INT32 or INT64" : "targets need to be FLOAT32")
              + " without scale and offset, got "
              + labels.type()
              + (labels.isPlain()
                  ? ""
                  : " with scale " + labels.scale() + ", offset " + labels.offset()));
    }
    int outputs = network.outputLength();
    List<Long> needs = classes ? List.of(samples) : List.of(samples, (long) outputs);
    boolean oneTarget = !classes && outputs == 1 && labels.shape().equals(List.of(samples));
    if (!labels.shape().equals(needs) && !oneTarget) {
      return Optional.of(
          (classes ? "labels need shape " : "targets need shape ")
              + needs
              + ", got "
              + ShapeRefusal.shown(labels.shape()));
    }
    if (!labels.isComplete()) {
      return Optional.of(incomplete(classes ? "labels" : "targets", labels));
    }
    return classes
        ? classRange(labels, outputs)
        : new ValueCheck(outputs, 1).fault(labels, "target ");
  }

  private static Optional<String> classRange(TensorView labels, int classes) {
    ByteBuffer data = labels.data();
    boolean wide = labels.type() == ElementType.INT64;
    int count = data.remaining() / labels.type().bytes();
    for (int i = 0; i < count; i++) {
      long label = wide ? data.getLong(i * 8) : data.getInt(i * 4);
      if (label < 0 || label >= classes) {
        return Optional.of(
            "sample "
                + i
                + ": label "
                + label
                + " is out of range, classes are 0 to "
                + (classes - 1));
      }
    }
    return Optional.empty();
  }

  private static String incomplete(String what, TensorView tensor) {
    return what
        + " of type "
        + tensor.type()
        + " and shape "
        + ShapeRefusal.shown(tensor.shape())
        + " do not fit their "
        + tensor.data().remaining()
        + " bytes";
  }
}
