package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.checkpoints.Publication;
import dev.tidemill.checkpoints.Retention;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.Checkpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/**
 * Publishes versions of a network as a trainer does, without training: one of the initial weights
 * differs in each version. One thread.
 */
final class VersionPublisher implements AutoCloseable {
  private static final int CHUNK_BYTES = 512 * 1024;

  private final ModelContext context;
  private final ModelState state;
  private final Transactions transactions;
  private final CheckpointPublisher publisher;
  private final ConsumerGroupMetadata group;
  private long version;

  /**
   * Begins a lineage; the model's topics exist and are empty.
   *
   * @param keep the number of versions whose payloads are kept
   */
  VersionPublisher(ModelContext context, ModelSpec spec, int keep) {
    this.context = context;
    this.state = ModelState.initial(spec, 1);
    String id = "publisher-" + UUID.randomUUID();
    try (var member = context.clients().groupConsumer(id, id)) {
      group = member.groupMetadata();
    }
    Duration openAtMost = CheckpointPublisher.openAtMost(state.layout());
    transactions =
        new Transactions(
            context.clients().weightsProducer(id, id, CHUNK_BYTES, openAtMost), id, id);
    publisher =
        new CheckpointPublisher(
            transactions,
            context.codec(),
            context.topics(),
            CHUNK_BYTES,
            new Retention(keep),
            List.of());
  }

  /**
   * What a process of {@link #main} publishes.
   *
   * @param everyMillis from the beginning of one to the beginning of the next; a slower one delays
   *     those after it
   */
  record Order(int versions, long everyMillis) {}

  /**
   * What it has published.
   *
   * @param micros when each version's commit returned, in microseconds since the epoch
   */
  record Committed(Map<Long, Long> micros) {}

  /** Participant; expects the brokers' addresses, the model, and its spec. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    ServedModel model = new ServedModel(args[1], args[0]);
    try (VersionPublisher publisher =
        new VersionPublisher(model.context(), ModelSpec.parse(args[2]), 3)) {
      loop.serve(Map.of(), Order.class, publisher::round);
    }
  }

  private Committed round(Order order) throws Exception {
    Map<Long, Long> committed = new TreeMap<>();
    long start = System.nanoTime();
    for (int i = 0; i < order.versions(); i++) {
      long due = start + TimeUnit.MILLISECONDS.toNanos(i * order.everyMillis());
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      committed.put(publish().getVersion(), LoadLine.micros());
    }
    return new Committed(committed);
  }

  /** Publishes the first versions of a model. */
  static void publish(ServedModel model, ModelSpec spec, int versions, int keep) throws Exception {
    try (VersionPublisher publisher = new VersionPublisher(model.context(), spec, keep)) {
      var unused = publisher.round(new Order(versions, 0));
    }
  }

  /** Returns the next version's manifest when it is committed. */
  Checkpoint publish() throws Exception {
    version++;
    state.data().putFloat(0, 1f / version);
    return publisher.publish(
        new Publication(manifest(), state, List.of(), group, Map.of(), Set.of()));
  }

  private Checkpoint manifest() {
    return Checkpoint.newBuilder()
        .setModel(context.model())
        .setVersion(version)
        .setParent(version == 1 ? null : version - 1)
        .setSpec(state.spec().toYaml())
        .setEngine("dl4j")
        .setTopic(context.topics().batches())
        .setRanges(List.of())
        .setPositions(List.of())
        .setSteps(version)
        .setSamples(version)
        .setCreatedAt(Instant.now())
        .setWorker("benchmark")
        .build();
  }

  @Override
  public void close() {
    transactions.close();
  }
}
