package dev.tidemill.inference;

import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.tensor.FloatList;

/** What came of one record of the requests topic. */
sealed interface RequestOutcome {
  PendingRequest pending();

  AnswerReceipt.Kind kind();

  /**
   * It was answered.
   *
   * @param versionCreatedAt epoch millis of the version's snapshot
   * @param outputs class probabilities, or the values of a regression
   */
  record Answered(
      PendingRequest pending,
      PredictionRequest request,
      long version,
      long versionCreatedAt,
      FloatList outputs,
      boolean isClass,
      Timing timing)
      implements RequestOutcome {
    @Override
    public AnswerReceipt.Kind kind() {
      return AnswerReceipt.Kind.ANSWERED;
    }
  }

  /** It was read, and no model could answer it: its caller is told why. */
  record Refused(PendingRequest pending, PredictionRequest request, String fault)
      implements RequestOutcome {
    @Override
    public AnswerReceipt.Kind kind() {
      return AnswerReceipt.Kind.REFUSED;
    }
  }

  /** It was not even read, so that nobody knows what to answer. */
  record Undecodable(PendingRequest pending, String fault) implements RequestOutcome {
    @Override
    public AnswerReceipt.Kind kind() {
      return AnswerReceipt.Kind.UNDECODABLE;
    }
  }

  /**
   * What came of it cannot be written: its caller is told so, as briefly as can be.
   *
   * @param answer what could not be written
   */
  record Unwritable(RequestOutcome answer, String fault) implements RequestOutcome {
    @Override
    public PendingRequest pending() {
      return answer.pending();
    }

    @Override
    public AnswerReceipt.Kind kind() {
      return answer.kind() == AnswerReceipt.Kind.UNDECODABLE
          ? AnswerReceipt.Kind.UNDECODABLE
          : AnswerReceipt.Kind.REFUSED;
    }
  }

  /**
   * How long it took.
   *
   * @param queuedNanos from its receipt to the start of its micro-batch
   * @param computedNanos that the micro-batch took
   * @param batchSize requests in the micro-batch
   */
  record Timing(long queuedNanos, long computedNanos, int batchSize) {}
}
