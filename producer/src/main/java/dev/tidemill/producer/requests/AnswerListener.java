package dev.tidemill.producer.requests;

import dev.tidemill.schemas.Prediction;

/**
 * Receives what comes of requests; called on the threads that ask and that listen. Each request is
 * reported once: by its first answer, or as missing.
 */
public interface AnswerListener {
  /** The first answer to one of the requests. */
  void answered(Answer answer);

  /**
   * A request was given up: no answer came in time, nor later. At the end, or when there are more
   * overdue requests than may be outstanding.
   */
  default void missing(MissingAnswer request) {}

  /** The time-out of so many requests has passed; their answers may still come. */
  default void overdue(int requests) {}

  /** An answer came to a request that had been answered, or reported as missing, before. */
  default void repeated(Prediction prediction) {}

  /** A sample of a stream could not be used and was left out. */
  void refused(String reason);
}
