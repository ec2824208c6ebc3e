package dev.tidemill.inference;

/**
 * What the metrics need to know about an answered request. Its bytes are not kept until the commit.
 *
 * @param receivedNanos when the request was received, on the worker's monotonic clock
 */
record AnswerReceipt(Kind kind, long receivedNanos) {

  /** The kind of outcome; see {@link RequestOutcome}. */
  enum Kind {
    ANSWERED,
    REFUSED,
    UNDECODABLE
  }
}
