package dev.tidemill.runtime;

import java.util.List;
import java.util.stream.Collectors;

/** The health of all workers of a process, as JSON. */
record HealthReport(List<Worker> workers) {
  boolean isAlive() {
    return workers.stream().allMatch(worker -> worker.health().isAlive());
  }

  boolean isReady() {
    return workers.stream().allMatch(worker -> worker.health().isReady());
  }

  String json() {
    return workers.stream()
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
