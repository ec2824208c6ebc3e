package dev.tidemill.dashboard;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.Worker;
import dev.tidemill.schemas.Topics;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/**
 * Serves the page for some models until it is closed. It depends on nothing but the log, and
 * nothing depends on it.
 */
public final class Dashboard implements Worker {
  /** Its name among the workers of its process. */
  public static final String NAME = "tidemill-dashboard";

  private final Map<String, ModelDashboard> models = new TreeMap<>();
  private final DashboardServer server;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean started;

  /**
   * Starts to listen; {@link #start} starts to read.
   *
   * @param models the names of the models, at least one
   * @param topics returns the topics of a model
   * @param metrics receives the metrics of each model
   * @throws java.io.UncheckedIOException if the port is taken; names the address
   */
  public Dashboard(
      DashboardSettings settings,
      List<String> models,
      KafkaClients clients,
      RecordCodec codec,
      Function<String, Topics> topics,
      Metrics metrics,
      Clock clock) {
    models.forEach(
        model ->
            this.models.put(
                model,
                new ModelDashboard(model, clients, codec, topics.apply(model), metrics, clock)));
    this.server = new DashboardServer(settings, this.models, clock);
  }

  /** Returns the address of the page. */
  public String address() {
    return server.address();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void start() {
    started = true;
    models.values().forEach(ModelDashboard::start);
    models.values().forEach(this::watch);
  }

  /** Ends the dashboard when a feed has failed, so that no page shows what nobody reads. */
  private void watch(ModelDashboard model) {
    Thread watcher =
        new Thread(
            () -> {
              try {
                model.awaitEnd();
                ended.countDown();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            NAME + "-watch");
    watcher.setDaemon(true);
    watcher.start();
  }

  @Override
  public Health health() {
    if (!started) {
      return Health.starting(NAME);
    }
    return Health.worst(models.values().stream().map(ModelDashboard::health).toList());
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  @Override
  public void close() {
    server.close();
    models.values().forEach(ModelDashboard::close);
    ended.countDown();
  }
}
