package dev.tidemill.cli.doctor;

import dev.tidemill.cli.run.Shutdown;
import dev.tidemill.cli.run.WatchLoading;
import dev.tidemill.dashboard.ModelWatch;
import dev.tidemill.dashboard.state.ModelView.WorkerRow;
import dev.tidemill.messaging.TopicState;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The workers that announce themselves on {@code progress}, read once as the dashboard does. */
final class AnnouncedWorkers {
  private static final Duration LOADING = Duration.ofSeconds(50);

  private final ClusterAccess cluster;
  private final Shutdown shutdown;
  private @Nullable List<WorkerRow> rows;

  AnnouncedWorkers(ClusterAccess cluster, Shutdown shutdown) {
    this.cluster = cluster;
    this.shutdown = shutdown;
  }

  /** Returns whether all of the model's topics exist, without which they cannot be read. */
  boolean isReadable() {
    return cluster.topics().describe(cluster.context().topics()).stream()
        .allMatch(TopicState::exists);
  }

  /** Returns all workers of the last half hour, also those that ended. */
  synchronized List<WorkerRow> all() throws InterruptedException {
    List<WorkerRow> read = rows;
    if (read == null) {
      read = read();
      rows = read;
    }
    return read;
  }

  private List<WorkerRow> read() throws InterruptedException {
    try (ModelWatch watch =
        WatchLoading.start(cluster.context().model(), cluster.context(), "doctor")) {
      WatchLoading.await(watch, LOADING, shutdown);
      return watch.view().workers();
    }
  }
}
