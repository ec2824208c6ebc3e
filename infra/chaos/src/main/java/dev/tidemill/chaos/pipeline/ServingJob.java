package dev.tidemill.chaos.pipeline;

import dev.tidemill.chaos.process.Job;
import java.util.List;

/**
 * Answers with {@code tidemill serve}. The first worker keeps its name when it is started again, as
 * in a stateful set; the others have a new one each time.
 */
public final class ServingJob implements Job {
  private final int number;
  private final String bootstrapServers;

  /**
   * @param number of the worker, from 1
   */
  public ServingJob(int number, String bootstrapServers) {
    this.number = number;
    this.bootstrapServers = bootstrapServers;
  }

  @Override
  public List<String> command(int start) {
    String name = "inference-" + number + (number == 1 ? "" : "-" + start);
    return Model.command(
        bootstrapServers,
        "serve",
        "--set",
        "inference.name=" + name,
        "--set",
        "producer.request.timeout.ms=5000");
  }
}
