package dev.tidemill.producer.requests;

import java.util.OptionalDouble;

/**
 * Summarizes the outcomes of all requests.
 *
 * @param requests requests sent
 * @param predictions requests answered, with or without an error
 * @param missing requests without an answer so far
 * @param late answers that arrived after the timeout
 * @param duplicates further answers to requests already answered
 * @param refused malformed samples, for which no request was sent
 * @param errors answers with an error instead of a prediction
 * @param scored answers whose label is known, with both label and answer a class
 * @param correct answers whose class equals the label
 * @param p50Millis median latency; 0 before the first answer
 * @param p99Millis 99th percentile of the latency; 0 before the first answer
 * @param maxMillis maximum latency
 */
public record AnswerSummary(
    long requests,
    long predictions,
    long missing,
    long late,
    long duplicates,
    long refused,
    long errors,
    long scored,
    long correct,
    double p50Millis,
    double p99Millis,
    double maxMillis) {

  /** Fraction of correct answers; empty if no label is known. */
  public OptionalDouble accuracy() {
    return scored == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) correct / scored);
  }

  /**
   * Whether all requests succeeded: each sample became a request, each request has exactly one
   * answer, and not all answers are errors.
   */
  public boolean isComplete() {
    boolean onlyErrors = predictions > 0 && errors == predictions;
    return missing == 0 && duplicates == 0 && refused == 0 && !onlyErrors;
  }
}
