package dev.tidemill.benchmarks.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.benchmarks.ParticipantLoop;
import java.util.HashMap;
import java.util.Map;

/** Asks whom it is told to ask: a process of its own, so that its work disturbs nobody's heap. */
final class LoadGenerator implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String bootstrapServers;
  private final Map<String, LoadLine> lines = new HashMap<>();

  private LoadGenerator(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** The one argument: where the brokers are. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    try (LoadGenerator generator = new LoadGenerator(args[0])) {
      loop.serve(Map.of(), generator::round);
    }
  }

  private Map<String, ?> round(JsonNode json) throws Exception {
    LoadOrder order = JSON.treeToValue(json, LoadOrder.class);
    LoadLine line =
        lines.computeIfAbsent(
            order.target().name(), name -> new LoadLine(bootstrapServers, order.target()));
    LoadResult result = order.backlog() > 0 ? line.backlog(order.backlog()) : line.load(order);
    return Map.of("result", result);
  }

  @Override
  public void close() {
    lines.values().forEach(LoadLine::close);
  }
}
