package dev.tidemill.producer.requests;

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
    return expected != null && expected.answer().isPresent() && prediction.getLabel() != null;
  }

  /** Whether the predicted class equals the label. */
  public boolean isCorrect() {
    Integer predicted = prediction.getLabel();
    return expected != null
        && predicted != null
        && expected.answer().equals(OptionalInt.of(predicted));
  }
}
