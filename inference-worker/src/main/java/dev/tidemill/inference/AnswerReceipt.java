package dev.tidemill.inference;

import dev.tidemill.messaging.tracing.RecordSpan;
import java.util.Locale;

/**
 * What the metrics need to know about an answered request. Its bytes are not kept until the commit.
 *
 * @param requestedMillis when the request was written, in milliseconds since 1970, as its record
 *     says
 * @param versionMillis when the snapshot of the version that answered was taken, in milliseconds
 *     since 1970; 0 if none answered
 * @param version that answered; 0 if none did
 * @param receivedNanos when the request was received, on the worker's monotonic clock
 * @param queuedNanos from there to the start of its micro-batch; 0 if it was not computed
 * @param computedNanos duration of its micro-batch; 0 if it was not computed
 * @param span from the receipt on; ends with the commit
 */
record AnswerReceipt(
    Kind kind,
    long requestedMillis,
    long versionMillis,
    long version,
    long receivedNanos,
    long queuedNanos,
    long computedNanos,
    RecordSpan span) {

  /** Returns the receipt of an outcome. */
  static AnswerReceipt of(RequestOutcome outcome, RecordSpan span) {
    long requested = outcome.pending().record().timestamp();
    long received = outcome.pending().receivedNanos();
    return outcome instanceof RequestOutcome.Answered answered
        ? new AnswerReceipt(
            outcome.kind(),
            requested,
            answered.versionCreatedAt(),
            answered.version(),
            received,
            answered.timing().queuedNanos(),
            answered.timing().computedNanos(),
            span)
        : new AnswerReceipt(outcome.kind(), requested, 0, 0, received, 0, 0, span);
  }

  /** Ends the span of the request, whose answer is committed. */
  void endSpan() {
    if (!span.isRecorded()) {
      return;
    }
    if (kind == Kind.ANSWERED) {
      span.with("tidemill.version", version)
          .with("tidemill.queued_us", queuedNanos / 1000)
          .with("tidemill.computed_us", computedNanos / 1000)
          .end();
    } else {
      span.fail("the request was " + kind.name().toLowerCase(Locale.ROOT));
    }
  }

  /** The kind of outcome; see {@link RequestOutcome}. */
  enum Kind {
    ANSWERED,
    REFUSED,
    EXPIRED,
    UNDECODABLE
  }
}
