package dev.tidemill.cli.doctor;

import dev.tidemill.cli.output.Printable;
import dev.tidemill.producer.requests.Answer;
import dev.tidemill.producer.requests.AnswerListener;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Receives the answer to a probe's request. */
final class ProbeAnswer implements AnswerListener {
  private volatile @Nullable Answer first;

  @Override
  public void answered(Answer answer) {
    first = answer;
  }

  @Override
  public void refused(String reason) {
    throw new IllegalStateException("a probe's sample is never refused: " + reason);
  }

  /**
   * Returns the request's result after the client has ended.
   *
   * @param timeout how long it waited
   */
  Finding finding(Duration timeout) {
    Answer answer = first;
    if (answer == null) {
      return Finding.error(
          "a request got no answer within " + timeout.toMillis() + " ms",
          "see the inference workers' health; if they are busy, raise requests.timeout.ms");
    }
    if (answer.isError()) {
      return Finding.error(
          "a request got an error for an answer: "
              + Printable.of(String.valueOf(answer.prediction().getError())),
          "see the inference worker's log");
    }
    return Finding.ok(
        String.format(
            Locale.ROOT,
            "version %d answered a request within %.1f ms",
            answer.prediction().getModelVersion(),
            answer.latencyMillis()));
  }
}
