package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Participant;
import dev.tidemill.benchmarks.ParticipantLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sends requests from its own process, so that it does not disturb the measured ones. */
record LoadGenerator(Participant process) implements AutoCloseable {
  // A compiler's threads and collections would take CPU from those who are measured. Most rounds
  // are too short for a collection.
  private static final List<String> FLAGS =
      List.of("-Xms512m", "-Xmx512m", "-Xmn400m", "-XX:TieredStopAtLevel=1");

  static LoadGenerator start(BenchContext context, String bootstrapServers) {
    String main = LoadGenerator.class.getName();
    List<String> arguments = List.of(bootstrapServers);
    return new LoadGenerator(
        Participant.start(context.java().launch("load-generator", FLAGS, main, arguments)));
  }

  /**
   * Returns when all requests are answered.
   *
   * @throws dev.tidemill.benchmarks.BenchmarkException if one is not
   */
  LoadResult run(LoadOrder order) {
    return process.run(order, LoadResult.class).requireComplete(order.target().name());
  }

  @Override
  public void close() {
    process.close();
  }

  /** The process; expects the brokers' addresses. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    Map<LoadTarget, LoadLine> lines = new HashMap<>();
    loop.serve(
        Map.of(),
        LoadOrder.class,
        order ->
            lines
                .computeIfAbsent(order.target(), target -> new LoadLine(args[0], target))
                .run(order));
    lines.values().forEach(LoadLine::close);
  }
}
