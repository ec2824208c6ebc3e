package dev.tidemill.producer.requests;

import dev.tidemill.schemas.Prediction;

/**
 * Receives the outcomes of requests. Called on the threads that send requests and read answers.
 * Each request is reported once: by its first answer, or as missing.
 */
public interface AnswerListener {
  /** Called with the first answer to a request. */
  void answered(Answer answer);

  /**
   * Called for a request without an answer: at the end, or when there are more overdue requests
   * than the limit of outstanding ones.
   */
  default void missing(MissingAnswer request) {}

  /** Called with the number of requests whose timeout has passed; answers may still arrive. */
  default void overdue(int requests) {}

  /** Called with an answer to a request that was already answered or reported as missing. */
  default void repeated(Prediction prediction) {}

  /** Called with information for the user that is not a failure. */
  default void notice(String notice) {}

  /** Called when a malformed sample of a stream was skipped. */
  void refused(String reason);
}
