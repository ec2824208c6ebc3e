package dev.tidemill.dashboard;

import dev.tidemill.dashboard.feed.LogFeed;
import dev.tidemill.dashboard.feed.RequestFeed;
import dev.tidemill.dashboard.feed.TopicFeed;
import dev.tidemill.dashboard.state.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.runtime.Supervisor;
import dev.tidemill.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;

/** One model of the dashboard: its feeds, its state and its operator. */
final class ModelDashboard implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

  private final ModelState state;
  private final Operator operator;
  private final RequestFeed requests;
  private final Supervisor feeds;

  ModelDashboard(
      String model, KafkaClients clients, RecordCodec codec, Topics topics, Clock clock) {
    String name = "tidemill-" + model + "-dashboard";
    this.state = new ModelState(model);
    this.operator = new Operator(model, clients, codec, topics);
    LogFeed log = new LogFeed(name + "-log", clients, model, topics, state, clock);
    this.requests =
        new RequestFeed(
            name + "-requests", clients, codec, topics.requests(), state, System::nanoTime);
    this.feeds = new Supervisor(name, new HealthMonitor(name, clock), CLOSE_TIMEOUT);
    feeds.add(
        new TopicFeed(
            name + "-topics",
            clients,
            codec,
            topics,
            state,
            () -> deadLettersId(name, clients, topics),
            log::structure,
            clock));
    feeds.add(log);
    feeds.add(requests);
  }

  private static String deadLettersId(String name, KafkaClients clients, Topics topics) {
    try (TopicAdmin admin = new TopicAdmin(clients, name)) {
      return admin.describe(topics, Topics.Name.DEAD_LETTERS).id().toString();
    } catch (KafkaException | IllegalStateException e) {
      return "";
    }
  }

  void start() {
    feeds.start();
  }

  ModelState state() {
    return state;
  }

  Operator operator() {
    return operator;
  }

  RequestFeed requests() {
    return requests;
  }

  Health health() {
    return feeds.health();
  }

  /** Waits until the feeds have ended. If one has failed, the page says so. */
  void awaitEnd() throws InterruptedException {
    feeds.awaitEnd();
    Health health = feeds.health();
    if (!health.isAlive()) {
      state.unreachable(feeds.name(), "the dashboard stopped reading: " + health.detail());
    }
  }

  @Override
  public void close() {
    feeds.close();
  }
}
