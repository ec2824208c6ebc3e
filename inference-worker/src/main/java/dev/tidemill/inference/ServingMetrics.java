package dev.tidemill.inference;

import dev.tidemill.runtime.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The figures of one inference worker. */
final class ServingMetrics {
  private final Counter predictions;
  private final Counter errors;
  private final Counter deadLetters;
  private final Counter failures;
  private final Counter swaps;
  private final Counter refusedVersions;
  private final Counter requestsLost;
  private final Timer seconds;

  /**
   * The meters of a model and worker.
   *
   * @param servingVersion 0 where none is served yet
   */
  ServingMetrics(Metrics metrics, String model, String worker, Supplier<Number> servingVersion) {
    String[] tags = {"model", model, "worker", worker};
    predictions =
        metrics.counter("tidemill.predictions", "Committed answers, errors included.", tags);
    errors =
        metrics.counter(
            "tidemill.prediction.errors", "Committed answers that say why there is none.", tags);
    deadLetters = metrics.counter("tidemill.dead.letters", "Records that could not be used.", tags);
    failures =
        metrics.counter(
            "tidemill.delivery.failures", "Commits of answers that failed and were redone.", tags);
    swaps = metrics.counter("tidemill.version.swaps", "Versions that were taken to serve.", tags);
    refusedVersions =
        metrics.counter("tidemill.versions.refused", "Versions that could not be served.", tags);
    requestsLost =
        metrics.counter(
            "tidemill.requests.lost",
            "Requests that were deleted before they were answered.",
            tags);
    seconds = metrics.timer("tidemill.prediction", "From a request's receipt to its commit.", tags);
    metrics.gauge("tidemill.serving.version", "The version that answers.", servingVersion, tags);
  }

  /** Any thread. */
  void delivered(List<AnswerReceipt> delivered, long nowNanos) {
    int refused = 0;
    int undecodable = 0;
    for (AnswerReceipt told : delivered) {
      seconds.record(nowNanos - told.receivedNanos(), TimeUnit.NANOSECONDS);
      switch (told.kind()) {
        case ANSWERED -> {}
        case REFUSED -> refused++;
        case UNDECODABLE -> undecodable++;
      }
    }
    predictions.increment(delivered.size() - undecodable);
    errors.increment(refused);
    deadLetters.increment(refused + undecodable);
  }

  void deliveryFailed() {
    failures.increment();
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
