package dev.tidemill.chaos.pipeline;

import dev.tidemill.chaos.process.JavaCommand;
import dev.tidemill.chaos.process.Job;
import java.nio.file.Path;
import java.util.List;

/**
 * Asks. The first caller is {@code tidemill predict}; the second is a {@link Caller}, which knows
 * which requests the brokers have acknowledged.
 */
public final class CallerJob implements Job {
  private static final int HEAP_MEGABYTES = 96;
  private static final int REQUESTS_PER_SECOND = 10;

  private final int number;
  private final String bootstrapServers;
  private final Path acknowledged;

  /**
   * @param number of the caller, from 1
   * @param acknowledged the folder of the files with the acknowledged requests
   */
  public CallerJob(int number, String bootstrapServers, Path acknowledged) {
    this.number = number;
    this.bootstrapServers = bootstrapServers;
    this.acknowledged = acknowledged;
  }

  @Override
  public List<String> command(int start) {
    if (number == 1) {
      return Model.command(
          bootstrapServers,
          "predict",
          "--data",
          "digits:seed=" + (9_000 + start),
          "--limit",
          "1000000",
          "--rate",
          Integer.toString(REQUESTS_PER_SECOND),
          "--set",
          "requests.timeout.ms=120000");
    }
    return JavaCommand.of(
        Caller.class.getName(),
        HEAP_MEGABYTES,
        List.of(
            bootstrapServers,
            Model.topic("requests"),
            "caller-" + number + "-" + start,
            Integer.toString(REQUESTS_PER_SECOND),
            acknowledged.toString()));
  }
}
