package dev.tidemill.trainer;

import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongPredicate;

/** Tracks which version is pinned, and reports the outcome of each command. One thread. */
final class PinTracker implements AutoCloseable {
  private final ControlChannel control;
  private final String worker;

  private PinTracker(ControlChannel control, String worker) {
    this.control = control;
    this.worker = worker;
  }

  /** Applies all commands so far; only later commands get an outcome. */
  static PinTracker open(TrainerContext context) {
    return open(
        ControlChannel.open(
            context.clients(),
            context.clientId("control"),
            context.codec(),
            context.topics().control(),
            context.settings().model()),
        context.settings().worker());
  }

  /**
   * Applies all commands so far; only later commands get an outcome.
   *
   * @param control owned by the tracker, and closed if it cannot be read
   */
  static PinTracker open(ControlChannel control, String worker) {
    try {
      control.catchUp();
      return new PinTracker(control, worker);
    } catch (RuntimeException e) {
      control.close();
      throw e;
    }
  }

  /**
   * Reads new commands and reports their outcome.
   *
   * @param hasPayload whether the payload of a version still exists
   */
  void poll(LongPredicate hasPayload) {
    for (ControlEvent event : control.poll(Duration.ZERO)) {
      if (event.getEvent() instanceof ControlCommand command) {
        reportOutcome(command, hasPayload);
      }
    }
  }

  /** Returns the versions whose payload is pinned. */
  Set<Long> pinned() {
    OptionalLong version = control.pinned().asOptional();
    return version.isPresent() ? Set.of(version.getAsLong()) : Set.of();
  }

  @Override
  public void close() {
    control.close();
  }

  private void reportOutcome(ControlCommand command, LongPredicate hasPayload) {
    if (command.getAction() != ControlAction.PIN && command.getAction() != ControlAction.UNPIN) {
      return;
    }
    if (command.getAction() == ControlAction.UNPIN) {
      control.writeOutcome(command, worker, true, "keeps the newest versions only");
      return;
    }
    long version = command.getVersion();
    boolean there = hasPayload.test(version);
    control.writeOutcome(
        command,
        worker,
        there,
        (there ? "keeps the weights of version " : "has no weights of version ") + version);
  }
}
