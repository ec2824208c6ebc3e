package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Participant;
import dev.tidemill.benchmarks.Service;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One model with its first version, a worker that serves it exactly once, and a process that
 * publishes more versions of it, while the load generator asks.
 */
final class SwapStage implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final PublishOrder ONE = new PublishOrder(1, 0);

  private final ServedModel model;
  private final LoadClient load;
  private final Participant publisher;
  private final Service worker;

  private SwapStage(ServedModel model, LoadClient load, Participant publisher, Service worker) {
    this.model = model;
    this.load = load;
    this.publisher = publisher;
    this.worker = worker;
  }

  /**
   * What came of one window.
   *
   * @param committed when each version that was published in it was committed, in microseconds
   *     since the epoch
   */
  record Window(LoadResult load, Map<Long, Long> committed) {}

  /** Returns when its first version is served. */
  static SwapStage start(
      BenchContext context, String bootstrapServers, LoadClient load, String name, String specYaml)
      throws InterruptedException {
    ServedModel model = ServedModel.create(name, bootstrapServers);
    Participant publisher = PublishingProcess.start(context.java(), model, specYaml);
    try {
      var unused = PublishingProcess.publish(publisher, ONE);
      Service worker = Service.start(model.worker(context.java(), name, List.of()));
      SwapStage stage = new SwapStage(model, load, publisher, worker);
      try {
        var unusedLine = worker.awaitLine(ServedModel.SERVES, START_LIMIT);
        return stage;
      } catch (RuntimeException | InterruptedException e) {
        worker.close();
        throw e;
      }
    } catch (RuntimeException | InterruptedException e) {
      publisher.close();
      throw e;
    }
  }

  LoadTarget target() {
    return model.target();
  }

  /** Requests on time, with nothing published. */
  Window calm(LoadOrder order) {
    return new Window(load.run(order.withVersions()), Map.of());
  }

  /** Requests on time, and versions meanwhile. */
  Window swapping(LoadOrder order, PublishOrder versions) {
    CompletableFuture<Map<Long, Long>> committed =
        CompletableFuture.supplyAsync(() -> PublishingProcess.publish(publisher, versions));
    LoadResult result;
    try {
      result = load.run(order.withVersions());
    } finally {
      // A participant is one thread's at a time, and whoever fails here closes it next.
      var unused = committed.exceptionally(failed -> Map.of()).join();
    }
    return new Window(result, committed.join());
  }

  @Override
  public void close() {
    worker.close();
    publisher.close();
  }
}
