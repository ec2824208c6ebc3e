package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Participant;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.benchmarks.SizedNetwork;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A model with its first version, a worker that serves it exactly once, and a process that
 * publishes more versions.
 */
record SwapStage(ServedModel model, Participant publisher, Service worker)
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
      BenchContext context, Broker broker, String name, SizedNetwork network, String... settings)
      throws InterruptedException {
    ServedModel model = ServedModel.create(name, broker.bootstrapServers());
    String[] arguments = {model.bootstrapServers(), model.model(), network.yaml(64)};
    Participant publisher =
        Participant.start(
            context.java().launch("publisher-" + name, VersionPublisher.class, arguments));
    try {
      var unused = publisher.run(new VersionPublisher.Order(1, 0));
      Launch launch = model.worker(context.java(), name, settings);
      Service worker = Service.start(launch, ServedModel.SERVES, ServedModel.START_LIMIT);
      return new SwapStage(model, publisher, worker);
    } catch (RuntimeException | InterruptedException e) {
      publisher.close();
      throw e;
    }
  }

  /** Sends requests on time while versions are published. */
  Window swapping(LoadGenerator load, LoadOrder order, VersionPublisher.Order versions) {
    CompletableFuture<VersionPublisher.Committed> committed =
        CompletableFuture.supplyAsync(
            () -> publisher.run(versions, VersionPublisher.Committed.class));
    LoadResult result;
    try {
      result = load.run(order.withVersions());
    } finally {
      // A participant belongs to one thread at a time; after a failure close() is next.
      var unused = committed.handle((done, failed) -> done == null).join();
    }
    return new Window(result, committed.join().micros());
  }

  @Override
  public void close() {
    worker.close();
    publisher.close();
  }
}
