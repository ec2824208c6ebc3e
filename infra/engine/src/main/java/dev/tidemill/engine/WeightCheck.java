package dev.tidemill.engine;

import java.util.List;
import java.util.Optional;

/**
 * Checks that the weights of a batch record's samples are in the range that engines compute with.
 */
final class WeightCheck {
  private WeightCheck() {}

  /** Describes what is wrong with the weights, with the first bad sample; empty if valid. */
  static Optional<String> fault(TensorView weights, long samples) {
    if (weights.type() != ElementType.FLOAT32 || !weights.isPlain()) {
      return Optional.of(
          "weights must be FLOAT32, without scale and offset, got "
              + weights.type()
              + (weights.isPlain()
                  ? ""
                  : " with scale " + weights.scale() + ", offset " + weights.offset()));
    }
    if (!weights.shape().equals(List.of(samples))) {
      return Optional.of(
          "weights must have shape [" + samples + "], got " + ShapeErrors.format(weights.shape()));
    }
    if (!weights.isComplete()) {
      return Optional.of(SampleCheck.incomplete("weights", weights));
    }
    for (int i = 0; i < samples; i++) {
      float weight = weights.data().getFloat(i * Float.BYTES);
      if (!(weight >= LossWeights.MIN_OF_SAMPLE && weight <= LossWeights.MAX_OF_SAMPLE)) {
        return Optional.of("sample " + i + ": weight " + weight + " is not from 1e-6 to 1e6");
      }
    }
    return Optional.empty();
  }
}
