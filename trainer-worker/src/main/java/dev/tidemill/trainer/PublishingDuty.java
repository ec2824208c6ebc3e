package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.checkpoints.MalformedSafeTensorsException;
import dev.tidemill.checkpoints.Publication;
import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.messaging.DeadLetters;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.messaging.tracing.RecordSpan;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.CheckpointChunk;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The publishing thread: commits what the training thread submits, in order. It ends when training
 * has ended and all is published, or when the exchange is abandoned.
 */
final class PublishingDuty implements Duty {
  private static final String VERSION = "tidemill.version";
  private static final long SCHEMA_PAUSE_NANOS = 100_000_000;

  private final String roleName;
  private final TrainerContext context;
  private final String specDigest;
  private final SnapshotExchange snapshots;
  private final ArrivalQueue arrivals;
  private final ManifestDraft manifests;
  private final OffsetTags offsets;
  private final CheckpointPublisher publisher;
  private final Transactions transactions;
  private final Payloads payloads;
  private final DriftEvents driftEvents;
  private final OperatorCommands commands;
  private final DeadLetters deadLetters;
  private final ConsumerGroupMetadata group;
  private boolean committing;

  /**
   * @param specDigest identifies the term's spec
   * @param transactions owned by this duty
   * @param commands owned by this duty
   */
  PublishingDuty(
      String roleName,
      TrainerContext context,
      String specDigest,
      SnapshotExchange snapshots,
      ArrivalQueue arrivals,
      ManifestDraft manifests,
      OffsetTags offsets,
      CheckpointPublisher publisher,
      Transactions transactions,
      Payloads payloads,
      DriftEvents driftEvents,
      OperatorCommands commands) {
    this.roleName = roleName;
    this.context = context;
    this.specDigest = specDigest;
    this.snapshots = snapshots;
    this.arrivals = arrivals;
    this.manifests = manifests;
    this.offsets = offsets;
    this.publisher = publisher;
    this.transactions = transactions;
    this.payloads = payloads;
    this.driftEvents = driftEvents;
    this.commands = commands;
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
    commands.poll(payloads, snapshots);
    @Nullable Publishable next = snapshots.next();
    if (next == null) {
      return !snapshots.isDone();
    }
    if (next instanceof Publishable.Snapshot snapshot) {
      publish(snapshot);
    } else if (next instanceof Publishable.Pass pass) {
      pass(pass);
    } else if (next instanceof Publishable.Reports reports) {
      report(reports);
    }
    next.refusals().forEach(this::release);
    // Ask at once: if the close timeout has passed, this duty is not called again.
    return !snapshots.isDone();
  }

  /** Releases a refused record, whose dead letter is committed. */
  private void release(Arrival.Refused refused) {
    context
        .clients()
        .tracing()
        .processing(BatchDecoder.OPERATION, refused.record(), 0)
        .fail(refused.reason());
    arrivals.release(refused);
  }

  /** Returns which commands the next term has to answer. Any thread, after this one has ended. */
  OperatorCommands.Unanswered unanswered() {
    return commands.unanswered();
  }

  /**
   * Reports the last outcomes. Commits a divergence to the group offsets, so that the next leader
   * waits before it retries.
   */
  @Override
  public void onClose() throws Exception {
    // On an interrupted thread, Kafka's clients do not wait, and leave the transaction open.
    boolean interrupted = Thread.interrupted();
    try (commands;
        transactions) {
      if (snapshots.hasDiverged() && !committing) {
        commit(List.of(), offsets.ofDivergence(specDigest));
      }
      if (snapshots.isDrained() && !interrupted && canWrite()) {
        commands.reportOutcomes();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether all schema ids are known; a transaction must not wait for a schema registry. */
  private boolean canWrite() {
    RecordCodec codec = context.codec();
    Topics topics = context.topics();
    return codec.isWritable(topics.checkpointChunks(), CheckpointChunk.class)
        && codec.isWritable(topics.checkpoints(), Checkpoint.class)
        && codec.isWritable(topics.deadLetters(), DeadLetter.class)
        && codec.isWritable(topics.control(), ControlEvent.class);
  }

  private void publish(Publishable.Snapshot snapshot) throws Exception {
    snapshot.copy().await();
    requireFinite(snapshot);
    long began = System.nanoTime();
    Checkpoint draft = manifests.next(snapshot);
    Set<Long> pinned = commands.pinned();
    RecordSpan span = span(snapshot.spans());
    committing = true;
    Checkpoint committed =
        publisher.publish(
            new Publication(
                draft,
                snapshot.state(),
                () -> snapshot.refusals().stream().map(this::letter).iterator(),
                driftEvents.of(
                    draft.getVersion(),
                    snapshot.drifts(),
                    snapshot.restart(),
                    snapshot.createdAt(),
                    pinned),
                span,
                group,
                offsets.ofVersion(draft.getVersion(), snapshot.next()),
                pinned));
    committing = false;
    endSpans(span, snapshot.spans(), committed.getVersion());
    snapshots.recycle(snapshot);
    context.known().committed(committed.getVersion());
    context.metrics().published(committed, Duration.ofNanos(System.nanoTime() - began));
    snapshot.drifts().forEach(report -> context.metrics().drift(report.drift().signal()));
    context.listener().onCheckpoint(committed);
    commands.published(committed.getVersion(), snapshot.commands(), snapshot.boost());
  }

  private RecordSpan span(TrainedSpans.OfVersion trained) {
    return context
        .clients()
        .tracing()
        .linking("publish", context.topics().checkpoints(), trained.spans());
  }

  /** Ends the spans of a version that is committed. */
  private static void endSpans(RecordSpan span, TrainedSpans.OfVersion trained, long version) {
    trained.spans().forEach(record -> record.with(VERSION, version).end());
    span.with(VERSION, version)
        .with("tidemill.records", trained.records())
        .with("tidemill.spans_dropped", trained.dropped())
        .end();
  }

  private void pass(Publishable.Pass pass) throws Exception {
    commit(pass.refusals(), offsets.ofPass(pass));
  }

  /** Commits changes in the data without a version. */
  private void report(Publishable.Reports reports) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records =
        driftEvents.of(
            context.known().version(),
            reports.drifts(),
            null,
            reports.createdAt(),
            commands.pinned());
    committing = true;
    Object unused =
        transactions.run(
            producer -> {
              for (ProducerRecord<byte[], byte[]> record : records) {
                Object unusedEvent = producer.send(record);
              }
              return records;
            });
    committing = false;
    reports.drifts().forEach(report -> context.metrics().drift(report.drift().signal()));
  }

  /** Commits dead letters and offsets without a version. */
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

  /** Creates a dead letter just before it is sent, because it is as large as its record. */
  private ProducerRecord<byte[], byte[]> letter(Arrival.Refused refused) {
    return deadLetters.of(refused.record(), refused.reason());
  }

  /** Checks the weights: they may be infinite or NaN though the last step's loss was finite. */
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
