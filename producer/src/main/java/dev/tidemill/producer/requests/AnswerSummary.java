package dev.tidemill.producer.requests;

import java.util.OptionalDouble;

/**
 * What came of all requests.
 *
 * @param requests sent
 * @param predictions different requests that were answered, with an error or without
 * @param missing requests that have no answer (yet)
 * @param late predictions that came after the time-out
 * @param duplicates answers beyond the first of a request
 * @param refused samples that could not be used and made no request
 * @param errors answers that say why there is no prediction
 * @param judged answers to which the true class is known
 * @param right those of them that are right
 * @param p50Millis half of the answers took no longer; 0 before the first
 * @param p99Millis 99 % of the answers took no longer; 0 before the first
 * @param maxMillis the longest that an answer took
 */
public record AnswerSummary(
    long requests,
    long predictions,
    long missing,
    long late,
    long duplicates,
    long refused,
    long errors,
    long judged,
    long right,
    double p50Millis,
    double p99Millis,
    double maxMillis) {

  /** Share of right answers; empty where no truth is known. */
  public OptionalDouble accuracy() {
    return judged == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) right / judged);
  }

  /**
   * Whether each sample became a request and each request has one answer, of which at least one is
   * a prediction: what a caller means by success.
   */
  public boolean isWhole() {
    boolean onlyErrors = predictions > 0 && errors == predictions;
    return missing == 0 && duplicates == 0 && refused == 0 && !onlyErrors;
  }
}
