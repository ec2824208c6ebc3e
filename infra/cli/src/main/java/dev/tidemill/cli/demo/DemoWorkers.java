package dev.tidemill.cli.demo;

import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.inference.InferenceSettings;
import dev.tidemill.inference.InferenceWorker;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.BatchProducer;
import dev.tidemill.producer.ContractSettings;
import dev.tidemill.producer.SendSettings;
import dev.tidemill.producer.requests.PredictionClient;
import dev.tidemill.producer.requests.RequestSettings;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.writing.Continuation;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.Worker;
import dev.tidemill.trainer.TrainerJob;
import dev.tidemill.trainer.TrainerSettings;
import dev.tidemill.trainer.TrainerWorker;
import java.time.Clock;
import java.util.Optional;

/** Creates the same workers that the single commands run. */
final class DemoWorkers {
  private final ModelContext context;
  private final Metrics metrics;
  private final DemoFigures figures;

  DemoWorkers(ModelContext context, Metrics metrics, DemoFigures figures) {
    this.context = context;
    this.metrics = metrics;
    this.figures = figures;
  }

  BatchProducer producer(SampleSource samples) {
    return new BatchProducer(
        context.destination(),
        samples,
        SendSettings.from(context.settings()),
        ContractSettings.from(context.settings()),
        figures::refused,
        metrics);
  }

  TrainerWorker trainer(DemoPlan plan) {
    return new TrainerWorker(
        TrainerSettings.from(context.model(), context.settings()),
        context.clients(),
        context.topics(),
        context.codec(),
        new TrainerJob(plan.spec(), plan.engine(), Optional.empty()),
        metrics,
        figures);
  }

  InferenceWorker inference(DemoPlan plan) {
    return InferenceWorker.of(
        InferenceSettings.from(context.model(), context.settings()),
        plan.engine(),
        context.clients(),
        context.codec(),
        context.topics(),
        metrics,
        Clock.systemUTC());
  }

  /**
   * Creates a client that requests predictions.
   *
   * @param rate requests per second; 0 sends each when the previous ones are answered
   * @param idPrefix prefix of the request ids
   */
  PredictionClient caller(SampleSource samples, double rate, String idPrefix) {
    RequestSettings settings =
        RequestSettings.from(context.settings()).withRate(rate).withIdPrefix(idPrefix);
    return new PredictionClient(
        context.destination(),
        TopicRole.CALLER,
        context.contracts(),
        samples,
        settings,
        figures,
        metrics);
  }

  /** Creates a client that has the model generate text. */
  PredictionClient writer(Continuation text) {
    RequestSettings settings = RequestSettings.from(context.settings()).withIdPrefix("text-");
    return new PredictionClient(
        context.destination(), TopicRole.WRITER, text, settings, text, metrics);
  }

  /**
   * Checks that a worker has not failed.
   *
   * @throws IllegalStateException with the reason if it has
   */
  static void requireHealthy(Worker worker) {
    if (!worker.health().isAlive()) {
      throw new IllegalStateException(worker.health().detail(), worker.health().cause());
    }
  }
}
