package dev.tidemill.dashboard.state;

import dev.tidemill.dashboard.state.ModelView.ConditionRow;
import dev.tidemill.dashboard.state.ModelView.WorkerRow;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The workers that announced themselves. Guarded by its owner. */
final class WorkerTable {
  /** A worker without news for so long is gone. It announces itself every 5 seconds. */
  static final Duration GONE = Duration.ofSeconds(12);

  /** How long workers that ended or are gone stay in the table. */
  private static final Duration KEPT = Duration.ofMinutes(30);

  /** Workers that are kept. */
  static final int MOST = 500;

  static final Set<String> ENDED = Set.of("STOPPED", "FAILED");

  private final Map<String, Seen> workers = new LinkedHashMap<>();

  /** Workers that have replaced a lost one, by when they started; each replaces only one. */
  private final Map<String, Instant> replacements = new HashMap<>();

  /**
   * Adds an announcement.
   *
   * @param atMillis when it was received
   */
  void add(WorkerStatus status, long atMillis) {
    workers.put(status.getWorker(), new Seen(status, atMillis));
    if (workers.size() > MOST) {
      workers.entrySet().stream()
          .min(Comparator.comparingLong(worker -> worker.getValue().atMillis()))
          .map(Map.Entry::getKey)
          .ifPresent(workers::remove);
    }
  }

  /** Returns all workers: the producers, the trainers, the inference workers. */
  List<WorkerRow> rows(long nowMillis) {
    workers
        .values()
        .removeIf(
            seen -> seen.hasEnded(nowMillis) && nowMillis - seen.atMillis() > KEPT.toMillis());
    removeReplaced(nowMillis);
    List<WorkerRow> rows = new ArrayList<>();
    workers.values().stream()
        .sorted(
            Comparator.<Seen, WorkerRole>comparing(seen -> seen.status().getRole())
                .thenComparing(seen -> seen.status().getWorker()))
        .forEach(seen -> rows.add(seen.row(nowMillis)));
    return rows;
  }

  /**
   * Removes each lost worker for which one of its role has started since and runs. Names of workers
   * need not be stable, so the cure may have another one.
   */
  private void removeReplaced(long nowMillis) {
    replacements
        .entrySet()
        .removeIf(each -> !each.getValue().equals(startedAt(workers.get(each.getKey()))));
    List<Seen> lost =
        workers.values().stream()
            .filter(seen -> seen.isLost(nowMillis))
            .sorted(Comparator.comparingLong(Seen::atMillis))
            .toList();
    for (Seen each : lost) {
      workers.values().stream()
          .filter(seen -> !seen.hasEnded(nowMillis) && seen.startedAfter(each))
          .map(Seen::status)
          .filter(status -> !replacements.containsKey(status.getWorker()))
          .findFirst()
          .ifPresent(
              status -> {
                replacements.put(status.getWorker(), status.getStartedAt());
                workers.remove(each.status().getWorker());
              });
    }
  }

  private static @Nullable Instant startedAt(@Nullable Seen worker) {
    return worker == null ? null : worker.status().getStartedAt();
  }

  private record Seen(WorkerStatus status, long atMillis) {
    boolean isGone(long nowMillis) {
      return !ENDED.contains(status.getState()) && nowMillis - atMillis > GONE.toMillis();
    }

    boolean hasEnded(long nowMillis) {
      return ENDED.contains(status.getState()) || isGone(nowMillis);
    }

    boolean isLost(long nowMillis) {
      return status.getState().equals("FAILED") || isGone(nowMillis);
    }

    /** Both times are those of the workers' clocks, which the broker's time need not match. */
    boolean startedAfter(Seen other) {
      return status.getRole() == other.status.getRole()
          && status.getStartedAt().isAfter(other.status.getCreatedAt());
    }

    WorkerRow row(long nowMillis) {
      return new WorkerRow(
          status.getWorker(),
          status.getRole().name(),
          status.getState(),
          status.getDetail(),
          status.getConditions().stream()
              .map(
                  each ->
                      new ConditionRow(
                          each.getName(), each.getCause(), each.getSince().toEpochMilli()))
              .toList(),
          status.getVersion(),
          status.getHost(),
          status.getPid(),
          status.getMetricsAddress(),
          status.getRelease(),
          status.getStartedAt().toEpochMilli(),
          atMillis,
          isGone(nowMillis));
    }
  }
}
