package dev.tidemill.chaos.pipeline;

import dev.tidemill.chaos.process.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Trains with {@code tidemill train}, each process under a name of its own. Any thread. */
public final class TrainerJob implements Job {
  /** A version that is being committed when its trainer is killed, and one that nobody has read. */
  private static final int UNSEEN_VERSIONS = 2;

  private final Model model;
  private final int number;
  private final String bootstrapServers;
  private final LongSupplier newestVersion;
  private final Map<String, Long> ends = new TreeMap<>();

  /**
   * @param newestVersion the newest version that a reader has seen
   */
  public TrainerJob(Model model, int number, String bootstrapServers, LongSupplier newestVersion) {
    this.model = model;
    this.number = number;
    this.bootstrapServers = bootstrapServers;
    this.newestVersion = newestVersion;
  }

  @Override
  public List<String> command(int start) {
    List<String> arguments =
        new ArrayList<>(List.of("train", "--spec", model.spec().toString(), "--set"));
    arguments.add("trainer.name=" + name(start));
    for (String setting :
        List.of(
            "checkpoint.interval.ms=1500",
            "engine.threads=1",
            "drift.detector=none",
            "producer.request.timeout.ms=5000")) {
      arguments.addAll(List.of("--set", setting));
    }
    return Model.command(bootstrapServers, arguments.toArray(String[]::new));
  }

  private String name(int start) {
    return "trainer-" + number + "-" + start;
  }

  @Override
  public synchronized void killed(int start) {
    ends.put(name(start), newestVersion.getAsLong() + UNSEEN_VERSIONS);
  }

  /** Returns the killed trainers, and the newest version that each may have published. */
  public synchronized Map<String, Long> ends() {
    return Map.copyOf(ends);
  }
}
