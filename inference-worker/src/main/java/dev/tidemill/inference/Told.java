package dev.tidemill.inference;

/**
 * What is left to count of a request that was answered: its bytes are not kept until the commit.
 *
 * @param receivedNanos when it came, on the worker's monotonic clock
 */
record Told(Kind kind, long receivedNanos) {

  /** What came of it; see {@link Outcome}. */
  enum Kind {
    ANSWERED,
    REFUSED,
    UNDECODABLE
  }
}
