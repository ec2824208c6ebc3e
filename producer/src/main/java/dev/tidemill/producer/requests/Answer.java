package dev.tidemill.producer.requests;

import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.schemas.Prediction;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One answer, and what is known of its request.
 *
 * @param key the request's
 * @param truth null where it is not known
 * @param latencyMillis from just before the request was sent until the answer was read
 * @param late whether that took longer than an answer is awaited
 */
public record Answer(
    String key,
    Prediction prediction,
    @Nullable SampleLabel truth,
    double latencyMillis,
    boolean late) {

  /** Whether it says that the request could not be answered. */
  public boolean isError() {
    return prediction.getError() != null;
  }

  /** Whether truth and answer are both classes, so that it can be said whether it is right. */
  public boolean isJudged() {
    return truth != null && truth.answer().isPresent() && prediction.getLabel() != null;
  }

  /** Whether the answer is the true class. */
  public boolean isRight() {
    Integer label = prediction.getLabel();
    return truth != null && label != null && truth.answer().equals(OptionalInt.of(label));
  }
}
