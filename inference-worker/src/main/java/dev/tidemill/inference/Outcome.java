package dev.tidemill.inference;

import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.tensor.FloatList;

/** What came of one record of the requests topic. */
sealed interface Outcome {
  PendingRequest pending();

  Told.Kind kind();

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
      implements Outcome {
    @Override
    public Told.Kind kind() {
      return Told.Kind.ANSWERED;
    }
  }

  /** It was read, and no model could answer it: its caller is told why. */
  record Refused(PendingRequest pending, PredictionRequest request, String fault)
      implements Outcome {
    @Override
    public Told.Kind kind() {
      return Told.Kind.REFUSED;
    }
  }

  /** It was not even read, so that nobody knows what to answer. */
  record Undecodable(PendingRequest pending, String fault) implements Outcome {
    @Override
    public Told.Kind kind() {
      return Told.Kind.UNDECODABLE;
    }
  }

  /**
   * What came of it cannot be written: its caller is told so, as briefly as can be.
   *
   * @param answer what could not be written
   */
  record Unwritable(Outcome answer, String fault) implements Outcome {
    @Override
    public PendingRequest pending() {
      return answer.pending();
    }

    @Override
    public Told.Kind kind() {
      return answer.kind() == Told.Kind.UNDECODABLE ? Told.Kind.UNDECODABLE : Told.Kind.REFUSED;
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
