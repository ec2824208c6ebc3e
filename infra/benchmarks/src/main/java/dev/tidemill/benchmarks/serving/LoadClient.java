package dev.tidemill.benchmarks.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Participant;
import java.util.List;

/** The suite's side of the {@link LoadGenerator}, which it starts. */
final class LoadClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Participant generator;

  private LoadClient(Participant generator) {
    this.generator = generator;
  }

  static LoadClient start(BenchContext context, String bootstrapServers) {
    return new LoadClient(
        Participant.start(
            context
                .java()
                .launch(
                    "load-generator",
                    // A compiler's threads would take processors from those who are measured, and
                    // collections would count as theirs: there is none in most rounds.
                    List.of("-Xms512m", "-Xmx512m", "-Xmn400m", "-XX:TieredStopAtLevel=1"),
                    LoadGenerator.class.getName(),
                    List.of(bootstrapServers))));
  }

  /**
   * Returns when all was answered.
   *
   * @throws BenchmarkException if a request was not
   */
  LoadResult run(LoadOrder order) {
    try {
      LoadResult result = JSON.treeToValue(generator.run(order).path("result"), LoadResult.class);
      if (result.missing() > 0) {
        throw new BenchmarkException(
            "%s left %d of %d requests without an answer"
                .formatted(order.target().name(), result.missing(), result.sent()));
      }
      return result;
    } catch (JsonProcessingException e) {
      throw new BenchmarkException("the load generator's result cannot be read", e);
    }
  }

  @Override
  public void close() {
    generator.close();
  }
}
