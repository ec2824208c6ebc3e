package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Service;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A model with its first version, a worker that serves it exactly once, and a process that
 * publishes more versions.
 */
record SwapStage(ServedModel model, PublishingProcess publisher, Service worker)
    implements AutoCloseable {

  /**
   * The result of one window.
   *
   * @param committed when each version that was published in it was committed, in microseconds
   *     since the epoch
   */
  record Window(LoadResult load, Map<Long, Long> committed) {}

  /**
   * Returns when its first version is served.
   *
   * @param settings of the worker, {@code key=value}
   */
  static SwapStage start(
      BenchContext context, Broker broker, String name, SizedSpec spec, String... settings)
      throws InterruptedException {
    ServedModel model = ServedModel.create(name, broker.bootstrapServers());
    PublishingProcess publisher = PublishingProcess.start(context.java(), model, spec);
    try {
      var unused = publisher.publish(new PublishingProcess.Order(1, 0));
      Launch launch = model.worker(context.java(), name, List.of(settings));
      Service worker = Service.start(launch, ServedModel.SERVES, ServedModel.START_LIMIT);
      return new SwapStage(model, publisher, worker);
    } catch (RuntimeException | InterruptedException e) {
      publisher.close();
      throw e;
    }
  }

  LoadTarget target() {
    return model.target();
  }

  /** Sends requests on time while versions are published. */
  Window swapping(LoadGenerator load, LoadOrder order, PublishingProcess.Order versions) {
    CompletableFuture<Map<Long, Long>> committed =
        CompletableFuture.supplyAsync(() -> publisher.publish(versions));
    LoadResult result;
    try {
      result = load.run(order.withVersions());
    } finally {
      // A participant belongs to one thread at a time; after a failure close() is next.
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
