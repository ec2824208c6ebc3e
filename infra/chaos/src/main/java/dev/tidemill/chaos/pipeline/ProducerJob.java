package dev.tidemill.chaos.pipeline;

import dev.tidemill.chaos.process.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sends finite sources one after the other with {@code tidemill produce}. A killed process is
 * started with the same command, so that it continues its source. Any thread.
 */
public final class ProducerJob implements Job {
  private static final int SAMPLES = 40 * Model.BATCH_SAMPLES;
  private static final int SAMPLES_PER_SECOND = 64;

  private final int number;
  private final String bootstrapServers;
  private final Map<String, Long> complete = new TreeMap<>();
  private int round = 1;
  private boolean stopping;

  /**
   * @param number of the producer, from 1
   */
  public ProducerJob(int number, String bootstrapServers) {
    this.number = number;
    this.bootstrapServers = bootstrapServers;
  }

  /** Begins no further source; the worker is done when the current one is sent. */
  public synchronized void stop() {
    stopping = true;
  }

  /** Returns the number of samples of each source that a process reported as sent. */
  public synchronized Map<String, Long> complete() {
    return Map.copyOf(complete);
  }

  @Override
  public synchronized List<String> command(int start) {
    List<String> arguments =
        new ArrayList<>(
            List.of("produce", "--data", "digits:seed=" + (100 * number + round), "--rate"));
    arguments.add(Integer.toString(SAMPLES_PER_SECOND));
    arguments.addAll(List.of("--limit", Integer.toString(SAMPLES)));
    arguments.addAll(List.of("--batch-size", Integer.toString(Model.BATCH_SAMPLES)));
    arguments.addAll(List.of("--source-name", source()));
    arguments.addAll(List.of("--set", "send.resume=always"));
    // Below the length of a stop and of a late commit.
    arguments.addAll(List.of("--set", "producer.transaction.timeout.ms=5000"));
    arguments.addAll(List.of("--set", "producer.request.timeout.ms=5000"));
    return Model.command(bootstrapServers, arguments.toArray(String[]::new));
  }

  private String source() {
    return "producer-" + number + "-round-" + round;
  }

  @Override
  public synchronized boolean ended(int status) {
    if (status != 0) {
      return false;
    }
    complete.put(source(), (long) SAMPLES);
    round++;
    return stopping;
  }
}
