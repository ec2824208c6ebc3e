package dev.tidemill.dashboard;

import dev.tidemill.dashboard.feed.RequestFeed;
import dev.tidemill.dashboard.state.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.Topics;
import java.time.Clock;

/** One model of the dashboard: what is read of it, the inputs of its requests, its operator. */
final class ModelDashboard implements AutoCloseable {
  private final ModelWatch watch;
  private final Operator operator;
  private final RequestFeed requests;

  ModelDashboard(
      String model, KafkaClients clients, RecordCodec codec, Topics topics, Clock clock) {
    String name = "tidemill-" + model + "-dashboard";
    this.watch = new ModelWatch(name, model, clients, codec, topics, clock);
    this.operator = new Operator(model, clients, codec, topics);
    this.requests =
        new RequestFeed(
            name + "-requests", clients, codec, topics.requests(), watch.state(), System::nanoTime);
    watch.add(requests);
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
