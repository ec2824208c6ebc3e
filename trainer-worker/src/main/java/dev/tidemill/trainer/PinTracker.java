package dev.tidemill.trainer;

import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongPredicate;

/** Knows which version is pinned, and tells operators what came of their commands. One thread. */
final class PinTracker implements AutoCloseable {
  private final ControlChannel control;
  private final String worker;

  private PinTracker(ControlChannel control, String worker) {
    this.control = control;
    this.worker = worker;
  }

  /** Knows what was commanded until now; outcomes are told of what comes. */
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
   * As above.
   *
   * @param control owned from here on, and closed if it cannot be read
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
   * Takes new commands.
   *
   * @param hasPayload whether a version's bytes are there to be kept
   */
  void look(LongPredicate hasPayload) {
    for (ControlEvent event : control.poll(Duration.ZERO)) {
      if (event.getEvent() instanceof ControlCommand command) {
        tell(command, hasPayload);
      }
    }
  }

  /** Versions whose payload is to be kept. */
  Set<Long> pinned() {
    OptionalLong version = control.pinned().asOptional();
    return version.isPresent() ? Set.of(version.getAsLong()) : Set.of();
  }

  @Override
  public void close() {
    control.close();
  }

  private void tell(ControlCommand command, LongPredicate hasPayload) {
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
        (there ? "keeps the weights of version " : "there are no weights of version ") + version);
  }
}
