package dev.tidemill.inference;

/**
 * What the metrics need to know about an answered request. Its bytes are not kept until the commit.
 *
 * @param requestedMillis when the request was written, in milliseconds since 1970, as its record
 *     says
 * @param versionMillis when the snapshot of the version that answered was taken, in milliseconds
 *     since 1970; 0 if none answered
 * @param receivedNanos when the request was received, on the worker's monotonic clock
 * @param queuedNanos from there to the start of its micro-batch; 0 if it was not computed
 * @param computedNanos duration of its micro-batch; 0 if it was not computed
 */
record AnswerReceipt(
    Kind kind,
    long requestedMillis,
    long versionMillis,
    long receivedNanos,
    long queuedNanos,
    long computedNanos) {

  /** Returns the receipt of an outcome. */
  static AnswerReceipt of(RequestOutcome outcome) {
    long requested = outcome.pending().record().timestamp();
    long received = outcome.pending().receivedNanos();
    return outcome instanceof RequestOutcome.Answered answered
        ? new AnswerReceipt(
            outcome.kind(),
            requested,
            answered.versionCreatedAt(),
            received,
            answered.timing().queuedNanos(),
            answered.timing().computedNanos())
        : new AnswerReceipt(outcome.kind(), requested, 0, received, 0, 0);
  }

  /** The kind of outcome; see {@link RequestOutcome}. */
  enum Kind {
    ANSWERED,
    REFUSED,
    UNDECODABLE
  }
}
