package dev.tidemill.inference;

import dev.tidemill.runtime.MeterDefinition;
import dev.tidemill.runtime.MeterGroup;
import dev.tidemill.runtime.WorkerMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The metrics of one inference worker. Any thread. */
public final class ServingMetrics {
  /** What the metrics page says of them. */
  public static final MeterGroup METERS = new MeterGroup("Inference worker (`serve`)");

  private static final MeterDefinition PREDICTIONS =
      METERS.counter("tidemill.predictions", "Committed answers, errors included.");
  private static final MeterDefinition ERRORS =
      METERS.counter("tidemill.prediction.errors", "Committed answers that are errors.");
  private static final MeterDefinition DEAD_LETTERS =
      METERS.counter(
          "tidemill.dead.letters", "Records refused, by the topic that they came from.", "topic");
  private static final MeterDefinition COMMIT_FAILURES =
      METERS.counter(
          "tidemill.answer.commit.failures", "Commits of answers that failed and were repeated.");
  private static final MeterDefinition SWAPS =
      METERS.counter("tidemill.version.swaps", "Versions that this worker began to serve.");
  private static final MeterDefinition REFUSED_VERSIONS =
      METERS.counter("tidemill.versions.refused", "Versions that could not be served.");
  private static final MeterDefinition REQUESTS_LOST =
      METERS.counter(
          "tidemill.requests.lost", "Requests that were deleted before they were answered.");
  private static final MeterDefinition REQUESTS_EXPIRED =
      METERS.counter(
          "tidemill.requests.expired",
          "Requests whose deadline passed before their answer was written. Each got an error.");
  private static final MeterDefinition LATENCY =
      METERS.histogram(
          "tidemill.prediction", "Time from a request's receipt to the commit of its answer.");
  private static final MeterDefinition QUEUE =
      METERS.histogram(
          "tidemill.prediction.queue",
          "Time from a request's receipt to the start of its micro-batch.");
  private static final MeterDefinition COMPUTE =
      METERS.histogram("tidemill.prediction.compute", "Time of a request's micro-batch.");
  private static final MeterDefinition COMMIT =
      METERS.histogram(
          "tidemill.prediction.commit",
          "Time from the end of a request's micro-batch to the commit of its answer.");
  private static final MeterDefinition END_TO_END =
      METERS.histogram(
          "tidemill.prediction.end.to.end",
          "Time from the request's timestamp to the commit of its answer, on the clocks of caller"
              + " and worker.");
  private static final MeterDefinition VERSION_AGE =
      METERS.ageHistogram(
          "tidemill.prediction.version.age",
          "Time from the snapshot of the version that answered to the commit of the answer.");
  private static final MeterDefinition SERVING_VERSION =
      METERS.gauge("tidemill.serving.version", "The version that answers; 0 before the first.");

  private final Counter predictions;
  private final Counter errors;
  private final Counter deadLetters;
  private final Counter commitFailures;
  private final Counter swaps;
  private final Counter refusedVersions;
  private final Counter requestsLost;
  private final Counter requestsExpired;
  private final Timer latency;
  private final Timer queue;
  private final Timer compute;
  private final Timer commit;
  private final Timer endToEnd;
  private final Timer versionAge;
  private final CommitTimes commitTimes = new CommitTimes();

  /**
   * Registers them.
   *
   * @param servingVersion 0 while none is served
   */
  ServingMetrics(WorkerMetrics metrics, Supplier<Number> servingVersion) {
    predictions = metrics.counter(PREDICTIONS);
    errors = metrics.counter(ERRORS);
    deadLetters = metrics.counter(DEAD_LETTERS, "requests");
    commitFailures = metrics.counter(COMMIT_FAILURES);
    swaps = metrics.counter(SWAPS);
    refusedVersions = metrics.counter(REFUSED_VERSIONS);
    requestsLost = metrics.counter(REQUESTS_LOST);
    requestsExpired = metrics.counter(REQUESTS_EXPIRED);
    latency = metrics.histogram(LATENCY);
    queue = metrics.histogram(QUEUE);
    compute = metrics.histogram(COMPUTE);
    commit = metrics.histogram(COMMIT);
    endToEnd = metrics.histogram(END_TO_END);
    versionAge = metrics.histogram(VERSION_AGE);
    metrics.gauge(SERVING_VERSION, servingVersion);
  }

  /**
   * Records committed answers.
   *
   * @param nowNanos the time on the worker's monotonic clock
   * @param nowMillis the time in milliseconds since 1970
   * @return how many of them say that the request's deadline has passed
   */
  int delivered(List<AnswerReceipt> delivered, long nowNanos, long nowMillis) {
    int refused = 0;
    int expired = 0;
    int undecodable = 0;
    for (AnswerReceipt receipt : delivered) {
      long nanos = nowNanos - receipt.receivedNanos();
      latency.record(nanos, TimeUnit.NANOSECONDS);
      // Clocks of two machines may differ.
      endToEnd.record(Math.max(0, nowMillis - receipt.requestedMillis()), TimeUnit.MILLISECONDS);
      switch (receipt.kind()) {
        case ANSWERED -> answered(receipt, nanos, nowMillis);
        case REFUSED -> refused++;
        case EXPIRED -> expired++;
        case UNDECODABLE -> undecodable++;
      }
    }
    predictions.increment(delivered.size() - undecodable);
    errors.increment(refused + expired);
    deadLetters.increment(refused + undecodable);
    requestsExpired.increment(expired);
    return expired;
  }

  private void answered(AnswerReceipt receipt, long nanos, long nowMillis) {
    versionAge.record(Math.max(0, nowMillis - receipt.versionMillis()), TimeUnit.MILLISECONDS);
    queue.record(receipt.queuedNanos(), TimeUnit.NANOSECONDS);
    compute.record(receipt.computedNanos(), TimeUnit.NANOSECONDS);
    long committing = Math.max(0, nanos - receipt.queuedNanos() - receipt.computedNanos());
    commit.record(committing, TimeUnit.NANOSECONDS);
    commitTimes.record(committing);
  }

  CommitTimes commitTimes() {
    return commitTimes;
  }

  void commitFailed() {
    commitFailures.increment();
  }

  void requestsLost(long count) {
    requestsLost.increment((double) count);
  }

  void swapped() {
    swaps.increment();
  }

  void versionRefused() {
    refusedVersions.increment();
  }
}
