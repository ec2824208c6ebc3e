package dev.tidemill.runtime;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reports the health of the process's workers as JSON and as metrics. Any thread. */
final class HealthReport {
  private final Supplier<? extends List<? extends Worker>> workers;
  private final Metrics metrics;
  private final Set<String> published = ConcurrentHashMap.newKeySet();

  HealthReport(Supplier<? extends List<? extends Worker>> workers, Metrics metrics) {
    this.workers = workers;
    this.metrics = metrics;
  }

  boolean isAlive() {
    return workers.get().stream().allMatch(worker -> worker.health().isAlive());
  }

  boolean isReady() {
    return workers.get().stream().allMatch(worker -> worker.health().isReady());
  }

  /** All metrics, including the workers' states. */
  String scrape() {
    workers.get().stream().map(Worker::name).filter(published::add).forEach(this::publish);
    return metrics.scrape();
  }

  /** By name: a restarted worker replaces an ended one of the same name. */
  private void publish(String name) {
    WorkerMetrics worker = metrics.worker(name);
    for (Health.State state : Health.State.values()) {
      worker.gauge(HealthMetrics.STATE, () -> isIn(name, state) ? 1 : 0, state.name());
    }
  }

  private boolean isIn(String name, Health.State state) {
    return workers.get().stream()
        .anyMatch(worker -> worker.name().equals(name) && worker.health().state() == state);
  }

  String json() {
    return workers.get().stream()
        .map(HealthReport::json)
        .collect(Collectors.joining(",", "{\"workers\":[", "]}\n"));
  }

  private static String json(Worker worker) {
    Health health = worker.health();
    StringBuilder json =
        new StringBuilder("{\"name\":")
            .append(quoted(worker.name()))
            .append(",\"state\":")
            .append(quoted(health.state().name()))
            .append(",\"detail\":")
            .append(quoted(health.detail()));
    if (health.cause() != null) {
      json.append(",\"cause\":").append(quoted(health.cause().toString()));
    }
    if (health.since() != null) {
      json.append(",\"since\":").append(quoted(health.since().toString()));
    }
    return json.append(",\"count\":")
        .append(health.count())
        .append(",\"conditions\":")
        .append(
            health.conditions().stream()
                .map(HealthReport::json)
                .collect(Collectors.joining(",", "[", "]")))
        .append('}')
        .toString();
  }

  private static String json(HealthCondition condition) {
    return "{\"condition\":"
        + quoted(condition.name())
        + ",\"cause\":"
        + quoted(condition.cause())
        + ",\"since\":"
        + quoted(condition.since().toString())
        + ",\"count\":"
        + condition.count()
        + "}";
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                json.append('\\').append((char) c);
              } else if (c < 0x20) {
                json.append(String.format("\\u%04x", c));
              } else {
                json.append((char) c);
              }
            });
    return json.append('"').toString();
  }
}
