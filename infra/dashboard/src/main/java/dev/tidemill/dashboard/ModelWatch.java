package dev.tidemill.dashboard;

import dev.tidemill.dashboard.feed.LogFeed;
import dev.tidemill.dashboard.feed.TopicFeed;
import dev.tidemill.dashboard.state.ModelState;
import dev.tidemill.dashboard.state.ModelView;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.runtime.Duty;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.runtime.Supervisor;
import dev.tidemill.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;

/**
 * Keeps up with one model: the feeds that read its topics and offsets, and the state that they make
 * up. Any thread.
 */
public final class ModelWatch implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

  private final ModelState state;
  private final Clock clock;
  private final Supervisor feeds;

  /**
   * Opens the clients; {@link #start} starts to read.
   *
   * @param name begins the names of threads and clients
   */
  public ModelWatch(
      String name,
      String model,
      KafkaClients clients,
      RecordCodec codec,
      Topics topics,
      Clock clock) {
    this.state = new ModelState(model);
    this.clock = clock;
    this.feeds = new Supervisor(name, new HealthMonitor(name, clock), CLOSE_TIMEOUT);
    LogFeed log = new LogFeed(name + "-log", clients, model, topics, state, clock);
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
  }

  private static String deadLettersId(String name, KafkaClients clients, Topics topics) {
    try (TopicAdmin admin = new TopicAdmin(clients, name)) {
      return admin.describe(topics, Topics.Name.DEAD_LETTERS).id().toString();
    } catch (KafkaException | IllegalStateException e) {
      return "";
    }
  }

  /** Adds a feed before the start. */
  void add(Duty feed) {
    feeds.add(feed);
  }

  public void start() {
    feeds.start();
  }

  ModelState state() {
    return state;
  }

  /** Returns what is known of the model now. */
  public ModelView view() {
    return state.view(clock.millis());
  }

  public Health health() {
    return feeds.health();
  }

  /** Waits until the feeds have ended. If one has failed, the views say so. */
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
