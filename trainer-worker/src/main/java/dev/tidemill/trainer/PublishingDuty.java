package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.checkpoints.MalformedSafeTensorsException;
import dev.tidemill.checkpoints.Publication;
import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.messaging.DeadLetters;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.CheckpointChunk;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The publishing thread: commits what training submits, in that order. It ends when training has
 * ended and everything is published, or nothing is to be any more.
 */
final class PublishingDuty implements Duty {
  private static final long SCHEMA_PAUSE_NANOS = 100_000_000;

  private final String roleName;
  private final TrainerContext context;
  private final SnapshotExchange snapshots;
  private final ArrivalQueue arrivals;
  private final ManifestDraft manifests;
  private final OffsetTags offsets;
  private final CheckpointPublisher publisher;
  private final Transactions transactions;
  private final PinTracker pins;
  private final DeadLetters deadLetters;
  private final ConsumerGroupMetadata group;
  private boolean committing;

  /**
   * @param transactions closed at the end, as are the pins
   */
  PublishingDuty(
      String roleName,
      TrainerContext context,
      SnapshotExchange snapshots,
      ArrivalQueue arrivals,
      ManifestDraft manifests,
      OffsetTags offsets,
      CheckpointPublisher publisher,
      Transactions transactions,
      PinTracker pins) {
    this.roleName = roleName;
    this.context = context;
    this.snapshots = snapshots;
    this.arrivals = arrivals;
    this.manifests = manifests;
    this.offsets = offsets;
    this.publisher = publisher;
    this.transactions = transactions;
    this.pins = pins;
    this.deadLetters =
        new DeadLetters(
            context.codec(),
            context.topics().deadLetters(),
            context.settings().worker(),
            context.clock());
    this.group = context.offsetsGroup();
  }

  @Override
  public String roleName() {
    return roleName;
  }

  @Override
  public boolean doWork() throws Exception {
    if (!canWrite()) {
      LockSupport.parkNanos(SCHEMA_PAUSE_NANOS);
      return !snapshots.isDone();
    }
    pins.look(publisher::hasPayload);
    @Nullable Publishable next = snapshots.next();
    if (next == null) {
      return !snapshots.isDone();
    }
    if (next instanceof Publishable.Snapshot snapshot) {
      publish(snapshot);
    } else if (next instanceof Publishable.Pass pass) {
      pass(pass);
    }
    next.refusals().forEach(arrivals::done);
    return true;
  }

  /** Whoever leads next is told of a divergence, so that it doesn't run into it at once. */
  @Override
  public void onClose() throws Exception {
    // Kafka's clients would not wait for anything, and leave the transaction open.
    boolean interrupted = Thread.interrupted();
    try (pins;
        transactions) {
      if (snapshots.hasDiverged() && !committing) {
        commit(List.of(), offsets.ofDivergence(context.specDigest()));
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Not before a schema registry has told the ids: a transaction doesn't wait for one. */
  private boolean canWrite() {
    RecordCodec codec = context.codec();
    Topics topics = context.topics();
    return codec.isWritable(topics.checkpointChunks(), CheckpointChunk.class)
        && codec.isWritable(topics.checkpoints(), Checkpoint.class)
        && codec.isWritable(topics.deadLetters(), DeadLetter.class);
  }

  private void publish(Publishable.Snapshot snapshot) throws Exception {
    snapshot.copy().await();
    requireFinite(snapshot);
    long began = System.nanoTime();
    Checkpoint draft = manifests.next(snapshot);
    committing = true;
    Checkpoint committed =
        publisher.publish(
            new Publication(
                draft,
                snapshot.state(),
                () -> snapshot.refusals().stream().map(this::letter).iterator(),
                group,
                offsets.ofVersion(draft.getVersion(), snapshot.positions()),
                pins.pinned()));
    committing = false;
    snapshots.giveBack(snapshot);
    context.known().committed(committed.getVersion());
    context.metrics().published(committed, Duration.ofNanos(System.nanoTime() - began));
    context.listener().onCheckpoint(committed);
  }

  private void pass(Publishable.Pass pass) throws Exception {
    commit(pass.refusals(), offsets.ofPass(pass));
  }

  /** Without a version. */
  private void commit(
      List<Arrival.Refused> refusals, Map<TopicPartition, OffsetAndMetadata> positions)
      throws Exception {
    committing = true;
    Object unused =
        transactions.run(
            producer -> {
              for (Arrival.Refused refused : refusals) {
                Object unusedLetter = producer.send(letter(refused));
              }
              producer.sendOffsetsToTransaction(positions, group);
              return positions;
            });
    committing = false;
  }

  /** Made when it is sent, one by one: each is as large as its record. */
  private ProducerRecord<byte[], byte[]> letter(Arrival.Refused refused) {
    return deadLetters.of(refused.record(), refused.reason());
  }

  /** The loss of the step before may have been sound, and the weights after it are not. */
  private void requireFinite(Publishable.Snapshot snapshot) {
    try {
      SafeTensors.checkFinite(snapshot.state());
    } catch (MalformedSafeTensorsException e) {
      snapshots.abandonDiverged();
      throw new DivergedException(
          String.valueOf(e.getMessage()),
          snapshot.state().counters().steps(),
          snapshot.state().spec());
    }
  }
}
