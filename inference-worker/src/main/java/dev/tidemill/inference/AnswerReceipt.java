package dev.tidemill.inference;

/**
 * What is left to count of a request that was answered: its bytes are not kept until the commit.
 *
 * @param receivedNanos when it came, on the worker's monotonic clock
 */
record AnswerReceipt(Kind kind, long receivedNanos) {

  /** What came of it; see {@link RequestOutcome}. */
  enum Kind {
    ANSWERED,
    REFUSED,
    UNDECODABLE
  }
}
