package dev.tidemill.inference;

import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.tensor.FloatList;
import java.util.List;

/** The outcome of one record of the requests topic. */
sealed interface RequestOutcome {
  PendingRequest pending();

  AnswerReceipt.Kind kind();

  /**
   * The model answered the request.
   *
   * @param versionCreatedAt epoch milliseconds of the version's snapshot
   * @param outputs class probabilities, or the values of a regression in the targets' own units
   * @param classes the class names in the order of their numbers; empty if they have none
   */
  record Answered(
      PendingRequest pending,
      PredictionRequest request,
      long version,
      long versionCreatedAt,
      FloatList outputs,
      boolean isClass,
      List<String> classes,
      Timing timing)
      implements RequestOutcome {
    @Override
    public AnswerReceipt.Kind kind() {
      return AnswerReceipt.Kind.ANSWERED;
    }
  }

  /** The request was decoded but cannot be answered; an error answer says why. */
  record Refused(PendingRequest pending, PredictionRequest request, String fault)
      implements RequestOutcome {
    @Override
    public AnswerReceipt.Kind kind() {
      return AnswerReceipt.Kind.REFUSED;
    }
  }

  /**
   * The request's deadline has passed. An error answer says so. There is no dead letter, because
   * the request is without fault.
   */
  record Expired(PendingRequest pending, PredictionRequest request, String fault)
      implements RequestOutcome {
    @Override
    public AnswerReceipt.Kind kind() {
      return AnswerReceipt.Kind.EXPIRED;
    }
  }

  /** The record cannot be decoded, so no answer is possible. */
  record Undecodable(PendingRequest pending, String fault) implements RequestOutcome {
    @Override
    public AnswerReceipt.Kind kind() {
      return AnswerReceipt.Kind.UNDECODABLE;
    }
  }

  /**
   * The answer cannot be written; the shortest possible error answer says so.
   *
   * @param answer the outcome that cannot be written
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
   * How long an answer took.
   *
   * @param queuedNanos from receipt to the start of the micro-batch
   * @param computedNanos duration of the micro-batch
   * @param batchSize requests in the micro-batch
   */
  record Timing(long queuedNanos, long computedNanos, int batchSize) {}
}
