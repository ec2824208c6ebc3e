package dev.tidemill.dashboard.state;

import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The figures that workers announce of themselves, by the second: of each role the largest among
 * its workers. Guarded by its owner.
 */
final class FigureHistory {
  private static final double MEBI = 1 << 20;

  private final History history =
      new History(List.of("commitP50", "commitP99", "trainerMiB", "inferenceMiB"));
  private final Map<String, Seen> workers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
          return size() > WorkerTable.MOST;
        }
      };

  /**
   * Adds an announcement.
   *
   * @param atMillis when it was received
   */
  void add(WorkerStatus status, long atMillis) {
    Map<String, Double> figures = status.getFigures();
    workers.put(
        status.getWorker(),
        new Seen(
            status.getRole(),
            figures.getOrDefault("commit.ms.p50", Double.NaN),
            figures.getOrDefault("commit.ms.p99", Double.NaN),
            figures.getOrDefault("resident.bytes", Double.NaN) / MEBI,
            atMillis));
    write(atMillis);
  }

  /** Writes the second; a worker that has fallen silent has no figures any more. */
  void tick(long nowMillis) {
    write(nowMillis);
  }

  private void write(long nowMillis) {
    workers.values().removeIf(seen -> nowMillis - seen.atMillis() > WorkerTable.GONE.toMillis());
    history.add(
        nowMillis,
        largest(WorkerRole.INFERENCE, Seen::commitP50),
        largest(WorkerRole.INFERENCE, Seen::commitP99),
        largest(WorkerRole.TRAINER, Seen::memory),
        largest(WorkerRole.INFERENCE, Seen::memory));
  }

  private double largest(WorkerRole role, ToDoubleFunction<Seen> figure) {
    return workers.values().stream()
        .filter(seen -> seen.role() == role)
        .mapToDouble(figure)
        .filter(Double::isFinite)
        .max()
        .orElse(Double.NaN);
  }

  Chart chart(long fromMillis, int most) {
    return history.since(fromMillis, most);
  }

  private record Seen(
      WorkerRole role, double commitP50, double commitP99, double memory, long atMillis) {}
}
