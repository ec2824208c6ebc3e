package dev.tidemill.benchmarks.watching;

import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.DeadLetterAction;
import dev.tidemill.schemas.DeadLetterActionKind;
import dev.tidemill.schemas.DriftEvent;
import dev.tidemill.schemas.DriftSignal;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;

/**
 * What operators command and workers answer: a command, its outcome, a discarded dead letter, a
 * change in the data, and so on.
 */
final class ControlRecords {
  /** Of this many events, one is a change in the data. */
  static final int KINDS = 4;

  private static final ControlAction[] ACTIONS = {
    ControlAction.PAUSE, ControlAction.RESUME, ControlAction.CHECKPOINT, ControlAction.LEARNING_RATE
  };

  private final String model;
  private final String batches;
  private final String batchesId;
  private final String deadLettersId;

  /**
   * @param batches the topic
   * @param batchesId its id
   * @param deadLettersId id of the topic {@code dead-letters}
   */
  ControlRecords(String model, String batches, String batchesId, String deadLettersId) {
    this.model = model;
    this.batches = batches;
    this.batchesId = batchesId;
    this.deadLettersId = deadLettersId;
  }

  ControlEvent event(long number, long version, Instant now) {
    long round = number / KINDS;
    SpecificRecord event =
        switch ((int) (number % KINDS)) {
          case 0 -> command(round, now);
          case 1 -> outcome(round, now);
          case 2 -> discard(number, now);
          default -> drift(number, version, now);
        };
    return ControlEvent.newBuilder().setEvent(event).build();
  }

  private ControlCommand command(long round, Instant now) {
    ControlAction action = ACTIONS[(int) (round % ACTIONS.length)];
    return ControlCommand.newBuilder()
        .setCommandId("c-" + round)
        .setModel(model)
        .setAction(action)
        .setFactor(action == ControlAction.LEARNING_RATE ? 0.5 : null)
        .setOperator("bench")
        .setCreatedAt(now)
        .build();
  }

  private ControlOutcome outcome(long round, Instant now) {
    return ControlOutcome.newBuilder()
        .setCommandId("c-" + round)
        .setModel(model)
        .setWorker("trainer-1")
        .setAccepted(true)
        .setMessage("done")
        .setCreatedAt(now)
        .build();
  }

  /** Discards the letter that was written with this event. */
  private DeadLetterAction discard(long number, Instant now) {
    return DeadLetterAction.newBuilder()
        .setModel(model)
        .setTopicId(deadLettersId)
        .setOffset(number)
        .setAction(DeadLetterActionKind.DISCARD)
        .setOperator("bench")
        .setCreatedAt(now)
        .build();
  }

  private DriftEvent drift(long number, long version, Instant now) {
    return DriftEvent.newBuilder()
        .setModel(model)
        .setWorker("trainer-1")
        .setSignal(DriftSignal.ERROR)
        .setDetector("adwin")
        .setTopic(batches)
        .setTopicId(batchesId)
        .setPartition(0)
        .setOffset(number)
        .setBegan(number)
        .setDetected(number + 1)
        .setBefore(0.1)
        .setAfter(0.3)
        .setPolicy("report")
        .setAction("goes on")
        .setVersion(version)
        .setCreatedAt(now)
        .build();
  }
}
