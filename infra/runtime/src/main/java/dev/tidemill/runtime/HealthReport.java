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
    return "{\"name\":"
        + quoted(worker.name())
        + ",\"state\":"
        + quoted(health.state().name())
        + ",\"detail\":"
        + quoted(health.detail())
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
