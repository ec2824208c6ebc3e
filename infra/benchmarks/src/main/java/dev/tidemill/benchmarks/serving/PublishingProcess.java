package dev.tidemill.benchmarks.serving;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.benchmarks.JavaRuntime;
import dev.tidemill.benchmarks.Participant;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.engine.ModelSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Publishes versions of one network at given times, in place of a trainer. */
record PublishingProcess(Participant process) implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEEP = 3;

  /**
   * What is published.
   *
   * @param everyMillis from the beginning of one to the beginning of the next; a slower one delays
   *     those after it
   */
  record Order(int versions, long everyMillis) {}

  static PublishingProcess start(JavaRuntime java, ServedModel model, SizedSpec spec) {
    List<String> arguments = List.of(model.bootstrapServers(), model.model(), spec.yaml());
    return new PublishingProcess(
        Participant.start(
            java.launch("publisher-" + model.model(), PublishingProcess.class, arguments)));
  }

  /**
   * Returns when all versions are committed.
   *
   * @return when each version's commit returned, in microseconds since the epoch
   */
  Map<Long, Long> publish(Order order) {
    return JSON.convertValue(process.run(order).path("committed"), new TypeReference<>() {});
  }

  @Override
  public void close() {
    process.close();
  }

  /** The process; expects the brokers' addresses, the model, and its spec. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    ServedModel model = new ServedModel(args[1], args[0]);
    try (VersionPublisher publisher =
        new VersionPublisher(model.context(), ModelSpec.parse(args[2]), KEEP)) {
      loop.serve(Map.of(), Order.class, order -> round(publisher, order));
    }
  }

  private static Map<String, ?> round(VersionPublisher publisher, Order order) throws Exception {
    Map<Long, Long> committed = new TreeMap<>();
    long start = System.nanoTime();
    for (int i = 0; i < order.versions(); i++) {
      Schedule.sleepUntil(start + TimeUnit.MILLISECONDS.toNanos(i * order.everyMillis()));
      long version = publisher.publish().getVersion();
      committed.put(version, VersionsSeen.micros(Instant.now()));
    }
    return Map.of("committed", committed);
  }
}
