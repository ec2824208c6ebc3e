package dev.tidemill.producer.requests;

import dev.tidemill.contract.NumberText;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.schemas.Prediction;
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
    Integer predicted = prediction.getLabel();
    if (expected == null || predicted == null) {
      return false;
    }
    String name = prediction.getLabelName();
    String given = text(expected);
    if (given == null) {
      return expected.answer().equals(OptionalInt.of(predicted));
    }
    return given.equals(name == null ? predicted.toString() : name);
  }

  /** The class as the source has it; null if the label is not a single class. */
  private static @Nullable String text(SampleLabel label) {
    if (label instanceof SampleLabel.Raw raw) {
      return raw.value() instanceof Number number
          ? NumberText.text(number)
          : raw.value().toString().strip();
    }
    return label instanceof SampleLabel.ClassNumber number
        ? Integer.toString(number.number())
        : null;
  }
}
