package dev.tidemill.dashboard;

import dev.tidemill.dashboard.feed.BatchFeed;
import dev.tidemill.dashboard.feed.BatchTimeFeed;
import dev.tidemill.dashboard.feed.RequestFeed;
import dev.tidemill.dashboard.feed.WeightComparison;
import dev.tidemill.dashboard.state.ModelMeters;
import dev.tidemill.dashboard.state.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Topics;
import java.time.Clock;

/** One model of the dashboard: what is read of it, what a page asks for, and its operator. */
final class ModelDashboard implements AutoCloseable {
  private final ModelWatch watch;
  private final Operator operator;
  private final RequestFeed requests;
  private final BatchFeed batches;
  private final WeightComparison weights;

  ModelDashboard(
      String model,
      KafkaClients clients,
      RecordCodec codec,
      Topics topics,
      Metrics metrics,
      Clock clock) {
    String name = "tidemill-" + model + "-dashboard";
    this.watch = new ModelWatch(name, model, clients, codec, topics, clock);
    this.operator = new Operator(model, clients, codec, topics);
    this.requests =
        new RequestFeed(
            name + "-requests", clients, codec, topics.requests(), watch.state(), System::nanoTime);
    watch.add(requests);
    this.batches =
        new BatchFeed(name + "-batches", clients, codec, topics.batches(), watch.state(), clock);
    watch.add(batches);
    this.weights = new WeightComparison(clients, codec, topics, name + "-weights");
    watch.add(
        new BatchTimeFeed(
            name + "-batch-times", clients, topics.batches(), watch.state().freshness()));
    ModelMeters meters =
        new ModelMeters(metrics.worker(model, Dashboard.NAME), watch.state(), clock::millis);
    metrics.beforeScrape(meters::refresh);
  }

  void start() {
    watch.start();
  }

  ModelState state() {
    return watch.state();
  }

  Operator operator() {
    return operator;
  }

  RequestFeed requests() {
    return requests;
  }

  BatchFeed batches() {
    return batches;
  }

  WeightComparison weights() {
    return weights;
  }

  Health health() {
    return watch.health();
  }

  /** Waits until the feeds have ended. If one has failed, the page says so. */
  void awaitEnd() throws InterruptedException {
    watch.awaitEnd();
  }

  @Override
  public void close() {
    watch.close();
  }
}
