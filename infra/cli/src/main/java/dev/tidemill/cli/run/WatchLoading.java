package dev.tidemill.cli.run;

import dev.tidemill.dashboard.ModelWatch;
import dev.tidemill.dashboard.state.ModelView;
import dev.tidemill.messaging.ProtocolSettings;
import dev.tidemill.runtime.Health;
import java.time.Clock;
import java.time.Duration;

/** Starts to watch a model, and waits until what is on the log is read. */
public final class WatchLoading {
  private static final Duration POLL = Duration.ofMillis(100);

  private WatchLoading() {}

  /**
   * Starts to watch a model; the caller closes the watch.
   *
   * @param command the name of the command, for threads and clients
   */
  public static ModelWatch start(String model, ModelContext context, String command) {
    ModelWatch watch =
        new ModelWatch(
            "tidemill-" + model + "-" + command,
            model,
            context.clients(),
            context.codec(),
            ProtocolSettings.from(context.settings()).topics(model),
            Clock.systemUTC());
    watch.start();
    return watch;
  }

  /**
   * Waits until all that is on the log is read, and offsets are known.
   *
   * @throws IllegalStateException if that takes longer than {@code atMost}, or the topics cannot be
   *     read, or shutdown is requested
   */
  public static void await(ModelWatch watch, Duration atMost, Shutdown shutdown)
      throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      requireAlive(watch);
      ModelView view = watch.view();
      if (!view.loading() && !view.topics().isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the topics of "
                + view.model()
                + " could not be read within "
                + atMost.toSeconds()
                + " s: "
                + (view.unreachable() == null ? "there is too much" : view.unreachable()));
      }
      if (shutdown.await(POLL.toMillis())) {
        throw new IllegalStateException("ended before the topics were read");
      }
    }
  }

  /**
   * Fails if the watch has failed.
   *
   * @throws IllegalStateException with the reason
   */
  public static void requireAlive(ModelWatch watch) {
    Health health = watch.health();
    if (!health.isAlive()) {
      throw new IllegalStateException(health.detail(), health.cause());
    }
  }
}
