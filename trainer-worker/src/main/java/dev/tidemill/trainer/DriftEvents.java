package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DelayedDrift;
import dev.tidemill.schemas.DriftEvent;
import dev.tidemill.schemas.LabelPosition;
import dev.tidemill.schemas.Restart;
import dev.tidemill.trainer.drift.DelayedChange;
import dev.tidemill.trainer.drift.Drift;
import dev.tidemill.trainer.drift.DriftReport;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the records of {@code control} that say what has changed, and the command of a rollback.
 * They are in the transaction of the version that was submitted when the change was found, or in
 * one without a version. So each change is reported once, and a rollback is a command like any
 * other. Publishing thread.
 */
final class DriftEvents {
  private static final Logger LOG = LoggerFactory.getLogger(DriftEvents.class);
  private static final int PARTITION = 0;
  private static final String OPERATOR = "drift.policy of ";

  private final TrainerContext context;
  private final CheckpointPublisher publisher;
  private final OperatorCommands commands;
  private final long root;

  /**
   * @param root of the model that the term trains; no change rolls back to another one
   */
  DriftEvents(
      TrainerContext context, CheckpointPublisher publisher, OperatorCommands commands, long root) {
    this.context = context;
    this.publisher = publisher;
    this.commands = commands;
    this.root = root;
  }

  /** Whether a command is a rollback after a change. */
  static boolean isRollback(ControlCommand command) {
    return command.getAction() == ControlAction.ROLLBACK
        && command.getOperator().startsWith(OPERATOR);
  }

  /**
   * Returns the records of reports.
   *
   * @param version that is published with them, or the newest one
   * @param restart with which that version begins a new model; null if it does not
   * @param pinned versions whose payload is kept
   */
  List<ProducerRecord<byte[], byte[]>> of(
      long version,
      List<DriftReport> reports,
      @Nullable Restart restart,
      Instant createdAt,
      Set<Long> pinned) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (DriftReport report : reports) {
      int at = records.size();
      String action =
          report.rollsBack()
              ? rollBack(report, version, createdAt, pinned, records)
              : report.restarts() && restart != null ? restart(restart) : report.action();
      // The event comes first, then the command that it names.
      records.add(at, record(event(version, createdAt, report, action)));
    }
    return records;
  }

  /** Adds the command of a rollback, if there is to be one, and returns what is done. */
  private String rollBack(
      DriftReport report,
      long version,
      Instant createdAt,
      Set<Long> pinned,
      List<ProducerRecord<byte[], byte[]>> records) {
    Optional<Checkpoint> target = lastBefore(report.drift(), pinned);
    if (target.isPresent() && target.get().getVersion() == version) {
      // Only without a version of its own: nothing was trained since that one.
      return "there is nothing to roll back: training has the weights of version "
          + version
          + ", from before the change";
    }
    if (target.isPresent()) {
      ControlCommand command = rollback(target.get(), createdAt);
      if (!commands.expectRollback(command.getCommandId())) {
        return "the rollback after an earlier change is still to come: there is no other";
      }
      records.add(record(command));
      return "rolls back to version " + target.get().getVersion();
    }
    String nothing =
        "no version of this model from before the change has its weights: training continues as before; raise"
            + " checkpoint.keep";
    LOG.warn("drift.policy=rollback: {}", nothing);
    return nothing;
  }

  /** Returns the model's newest version from before a change; empty if none has its weights. */
  private Optional<Checkpoint> lastBefore(Drift drift, Set<Long> pinned) {
    DelayedChange delayed = drift.delayed();
    return publisher.newest(
        manifest ->
            manifest.getRoot() == root
                && (delayed == null
                    ? manifest.getSamples() <= drift.began()
                    : manifest.getVersion() <= delayed.answeredBy()),
        pinned);
  }

  private static String restart(Restart restart) {
    return Restarts.describe(restart)
        + (restart.getReason().endsWith(Restarts.TOO_LATE) ? "; " + Restarts.TOO_LATE : "");
  }

  private DriftEvent event(long version, Instant createdAt, DriftReport report, String action) {
    Drift drift = report.drift();
    DelayedChange delayed = drift.delayed();
    return DriftEvent.newBuilder()
        .setModel(context.settings().model())
        .setWorker(context.settings().worker())
        .setSignal(drift.signal())
        .setFeature(drift.feature())
        .setDetector(drift.detector())
        .setTopic(delayed == null ? context.topics().batches() : context.topics().labels())
        .setTopicId(delayed == null ? context.batchesId() : delayed.labelsId())
        .setPartition(drift.partition())
        .setOffset(drift.offset())
        .setBegan(drift.began())
        .setDetected(drift.detected())
        .setBefore(drift.before())
        .setAfter(drift.after())
        .setPolicy(report.policy().word())
        .setAction(action)
        .setVersion(version)
        .setCreatedAt(createdAt)
        .setDelayed(delayed == null ? null : record(delayed))
        .build();
  }

  private static DelayedDrift record(DelayedChange change) {
    return new DelayedDrift(
        change.answeredBy(),
        change.labels(),
        change.at(),
        change.seen().entrySet().stream()
            .map(at -> new LabelPosition(at.getKey(), at.getValue()))
            .toList());
  }

  private ControlCommand rollback(Checkpoint to, Instant createdAt) {
    return ControlCommand.newBuilder()
        .setCommandId(UUID.randomUUID().toString())
        .setModel(context.settings().model())
        .setAction(ControlAction.ROLLBACK)
        .setVersion(to.getVersion())
        .setFactor(null)
        .setOperator(OPERATOR + context.settings().worker())
        .setCreatedAt(createdAt)
        .build();
  }

  private ProducerRecord<byte[], byte[]> record(Object event) {
    return context
        .codec()
        .record(
            context.topics().control(),
            PARTITION,
            context.settings().model().getBytes(StandardCharsets.UTF_8),
            ControlEvent.newBuilder().setEvent(event).build());
  }
}
