package dev.tidemill.producer.requests;

import dev.tidemill.contract.NumberText;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.schemas.Prediction;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An answer together with its request's label.
 *
 * @param key the request's key
 * @param expected the label; null if it is unknown
 * @param latencyMillis time from just before sending the request until the answer was read
 * @param late whether the latency exceeds the timeout
 */
public record Answer(
    String key,
    Prediction prediction,
    @Nullable SampleLabel expected,
    double latencyMillis,
    boolean late) {

  /** Whether the model answered with an error. */
  public boolean isError() {
    return prediction.getError() != null;
  }

  /** Whether label and answer are both classes, so that they can be compared. */
  public boolean isScored() {
    return expected != null
        && prediction.getLabel() != null
        && !(expected instanceof SampleLabel.Targets);
  }

  /** Whether the predicted class is the label: by name if the answer has one, else by number. */
  public boolean isCorrect() {
    String given = expectedClass();
    return given != null && given.equals(predictedClass());
  }

  /** The label's class, as the source has it; null if the label is not a class. */
  public @Nullable String expectedClass() {
    if (expected instanceof SampleLabel.Raw raw) {
      return raw.value() instanceof Number number
          ? NumberText.text(number)
          : raw.value().toString().strip();
    }
    OptionalInt number = expected == null ? OptionalInt.empty() : expected.answer();
    return number.isPresent() ? Integer.toString(number.getAsInt()) : null;
  }

  /** The predicted class's name, or its number if it has none; null if the answer is no class. */
  public @Nullable String predictedClass() {
    Integer label = prediction.getLabel();
    String name = prediction.getLabelName();
    return name != null || label == null ? name : label.toString();
  }

  /** The expected targets of a regression, in their units; empty if the label is something else. */
  public List<Double> expectedTargets() {
    if (prediction.getLabel() != null || isError()) {
      return List.of();
    }
    if (expected instanceof SampleLabel.Targets targets) {
      return targets.values().stream().map(Float::doubleValue).toList();
    }
    double value =
        expected instanceof SampleLabel.Raw raw
            ? NumberText.parse(
                raw.value() instanceof Number number
                    ? NumberText.text(number)
                    : raw.value().toString())
            : Double.NaN;
    return Double.isNaN(value) ? List.of() : List.of(value);
  }
}
