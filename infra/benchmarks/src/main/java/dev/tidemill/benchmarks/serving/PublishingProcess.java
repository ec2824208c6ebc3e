package dev.tidemill.benchmarks.serving;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.concurrent.locks.LockSupport;

/** Publishes versions of one network at the times that it is told, in place of a trainer. */
final class PublishingProcess {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEEP = 3;

  private PublishingProcess() {}

  /** Starts one for a model. */
  static Participant start(JavaRuntime java, ServedModel model, String specYaml) {
    return Participant.start(
        java.launch(
            "publisher-" + model.model(),
            List.of(),
            PublishingProcess.class.getName(),
            List.of(model.bootstrapServers(), model.model(), specYaml)));
  }

  /**
   * Has it publish, and returns when all are committed.
   *
   * @return when each version's commit had returned, in microseconds since the epoch
   */
  static Map<Long, Long> publish(Participant publisher, PublishOrder order) {
    Map<Long, Long> committed = new TreeMap<>();
    publisher
        .run(order)
        .path("committed")
        .properties()
        .forEach(at -> committed.put(Long.parseLong(at.getKey()), at.getValue().asLong()));
    return committed;
  }

  /** Its arguments: where the brokers are, the model, and its spec. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    ServedModel model = new ServedModel(args[1], args[0]);
    try (VersionPublisher publisher =
        new VersionPublisher(model.site(), ModelSpec.parse(args[2]), KEEP)) {
      loop.serve(Map.of(), order -> round(publisher, order));
    }
  }

  private static Map<String, ?> round(VersionPublisher publisher, JsonNode json) throws Exception {
    PublishOrder order = JSON.treeToValue(json, PublishOrder.class);
    Map<Long, Long> committed = new TreeMap<>();
    long start = System.nanoTime();
    for (int i = 0; i < order.versions(); i++) {
      restUntil(start + TimeUnit.MILLISECONDS.toNanos(i * order.everyMillis()));
      long version = publisher.publish().getVersion();
      committed.put(version, VersionsSeen.micros(Instant.now()));
    }
    return Map.of("committed", committed);
  }

  private static void restUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
