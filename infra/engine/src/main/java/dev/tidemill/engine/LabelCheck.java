package dev.tidemill.engine;

import java.util.List;
import java.util.Optional;

/** Checks that labels have the type, shape and range that the network's loss requires. */
final class LabelCheck {
  private final Network network;
  private final boolean classes;
  private final String what;

  LabelCheck(Network network) {
    this.network = network;
    this.classes = network.spec().loss().type() == LossType.CROSS_ENTROPY;
    this.what = classes ? "labels" : "targets";
  }

  /** Describes what is wrong with the labels of a batch; empty if they are valid. */
  Optional<String> fault(TensorView labels, long samples) {
    boolean typed = classes ? !labels.type().isFloating() : labels.type() == ElementType.FLOAT32;
    if (!typed || !labels.isPlain()) {
      return Optional.of(
          (classes ? "labels must be UINT8, INT32 or INT64" : "targets must be FLOAT32")
              + ", without scale and offset, got "
              + labels.type()
              + (labels.isPlain()
                  ? ""
                  : " with scale " + labels.scale() + ", offset " + labels.offset()));
    }
    List<Long> needs = shape(samples);
    boolean oneTarget =
        !classes && network.outputLength() == 1 && labels.shape().equals(List.of(samples));
    if (!labels.shape().equals(needs) && !oneTarget) {
      return Optional.of(
          what + " must have shape " + needs + ", got " + ShapeErrors.format(labels.shape()));
    }
    if (!labels.isComplete()) {
      return Optional.of(SampleCheck.incomplete(what, labels));
    }
    int outputs = network.outputLength();
    return classes
        ? new ClassNumberCheck("label", "classes", outputs, network.labelsPerSample()).fault(labels)
        : new ValueCheck(outputs, 1).fault(labels, "target ");
  }

  private List<Long> shape(long samples) {
    return classes && !network.labelsEveryPosition()
        ? List.of(samples)
        : List.of(samples, (long) network.labelsPerSample());
  }
}
