package dev.tidemill.evaluation;

import dev.tidemill.schemas.Prediction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a score needs of a prediction. Of class probabilities only their number is kept, because
 * many predictions wait for their label at the same time.
 *
 * @param predicted the class; null for a regression
 * @param values the outputs of a regression; empty for classes
 * @param isError whether there is no prediction
 */
record Answered(
    long version, @Nullable Integer predicted, int classes, List<Float> values, boolean isError) {

  static Answered of(Prediction prediction) {
    Integer label = prediction.getLabel();
    boolean isClass = label != null;
    return new Answered(
        prediction.getModelVersion(),
        label,
        isClass ? prediction.getOutputs().size() : 0,
        isClass ? List.of() : prediction.getOutputs(),
        prediction.getError() != null);
  }

  /** Whether a label is one of the classes, or has a finite value for each target. */
  boolean fits(Expected expected) {
    Integer label = expected.label();
    if (predicted != null) {
      return label != null && label >= 0 && label < classes;
    }
    return label == null
        && !values.isEmpty()
        && expected.targets().size() == values.size()
        && expected.targets().stream().allMatch(Float::isFinite);
  }
}
