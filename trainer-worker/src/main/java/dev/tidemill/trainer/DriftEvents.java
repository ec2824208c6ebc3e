package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DriftEvent;
import dev.tidemill.schemas.Restart;
import dev.tidemill.trainer.drift.Drift;
import dev.tidemill.trainer.drift.DriftReport;
import java.nio.charset.StandardCharsets;
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
 * They are in the transaction of the version that was submitted when the change was found. So each
 * change is reported once, and a rollback is a command like any other. Publishing thread.
 */
final class DriftEvents {
  private static final Logger LOG = LoggerFactory.getLogger(DriftEvents.class);
  private static final int PARTITION = 0;
  private static final String OPERATOR = "drift.policy of ";

  private final TrainerContext context;
  private final CheckpointPublisher publisher;
  private final OperatorCommands commands;

  DriftEvents(TrainerContext context, CheckpointPublisher publisher, OperatorCommands commands) {
    this.context = context;
    this.publisher = publisher;
    this.commands = commands;
  }

  /** Whether a command is a rollback after a change. */
  static boolean isRollback(ControlCommand command) {
    return command.getAction() == ControlAction.ROLLBACK
        && command.getOperator().startsWith(OPERATOR);
  }

  /**
   * Returns the records of a version.
   *
   * @param version that is published with them
   * @param pinned versions whose payload is kept
   */
  List<ProducerRecord<byte[], byte[]>> of(
      long version, Publishable.Snapshot snapshot, Set<Long> pinned) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (DriftReport report : snapshot.drifts()) {
      int at = records.size();
      @Nullable Restart restart = report.restarts() ? snapshot.restart() : null;
      String action =
          report.rollsBack()
              ? rollBack(report, snapshot, pinned, records)
              : restart == null ? report.action() : restart(report, restart, snapshot);
      // The event comes first, then the command that it names.
      records.add(at, record(event(version, snapshot, report, action)));
    }
    return records;
  }

  /** Adds the command of a rollback, if there is to be one, and returns what is done. */
  private String rollBack(
      DriftReport report,
      Publishable.Snapshot snapshot,
      Set<Long> pinned,
      List<ProducerRecord<byte[], byte[]>> records) {
    Optional<Checkpoint> target = publisher.newestUpTo(report.drift().began(), pinned);
    if (target.isPresent()) {
      ControlCommand command = rollback(target.get(), snapshot);
      if (!commands.expectRollback(command.getCommandId())) {
        return "the rollback after an earlier change is still to come: there is no other";
      }
      records.add(record(command));
      return "rolls back to version " + target.get().getVersion();
    }
    String nothing =
        "no version from before the change has its weights: training continues as before; raise"
            + " checkpoint.keep";
    LOG.warn("drift.policy=rollback: {}", nothing);
    return nothing;
  }

  private static String restart(
      DriftReport report, Restart restart, Publishable.Snapshot snapshot) {
    long begins = snapshot.state().counters().samples() - restart.getSamples();
    return Restarts.describe(restart)
        + (begins > report.drift().began() ? "; " + Restarts.TOO_LATE : "");
  }

  private DriftEvent event(
      long version, Publishable.Snapshot snapshot, DriftReport report, String action) {
    Drift drift = report.drift();
    return DriftEvent.newBuilder()
        .setModel(context.settings().model())
        .setWorker(context.settings().worker())
        .setSignal(drift.signal())
        .setFeature(drift.feature())
        .setDetector(drift.detector())
        .setTopic(context.topics().batches())
        .setTopicId(context.batchesId())
        .setPartition(drift.partition())
        .setOffset(drift.offset())
        .setBegan(drift.began())
        .setDetected(drift.detected())
        .setBefore(drift.before())
        .setAfter(drift.after())
        .setPolicy(report.policy().word())
        .setAction(action)
        .setVersion(version)
        .setCreatedAt(snapshot.createdAt())
        .build();
  }

  private ControlCommand rollback(Checkpoint to, Publishable.Snapshot snapshot) {
    return ControlCommand.newBuilder()
        .setCommandId(UUID.randomUUID().toString())
        .setModel(context.settings().model())
        .setAction(ControlAction.ROLLBACK)
        .setVersion(to.getVersion())
        .setFactor(null)
        .setOperator(OPERATOR + context.settings().worker())
        .setCreatedAt(snapshot.createdAt())
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
