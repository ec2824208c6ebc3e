package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointFollower;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.LongSupplier;

/** Does what operators ask, in order, and tells them what came of it. One thread. */
final class PinCommands {
  /** A version may be pinned before its manifest has arrived here. */
  private static final long PATIENCE_NANOS = 3_000_000_000L;

  private record Waiting(ControlCommand command, long sinceNanos) {}

  private final String worker;
  private final CheckpointFollower follower;
  private final VersionLoader loader;
  private final ControlChannel control;
  private final LongSupplier nanoTime;
  private final Queue<Waiting> waiting = new ArrayDeque<>();

  /** All but the name stay the caller's. */
  PinCommands(
      String worker,
      CheckpointFollower follower,
      VersionLoader loader,
      ControlChannel control,
      LongSupplier nanoTime) {
    this.worker = worker;
    this.follower = follower;
    this.loader = loader;
    this.control = control;
    this.nanoTime = nanoTime;
  }

  void take(ControlEvent event) {
    if (event.getEvent() instanceof ControlCommand command) {
      waiting.add(new Waiting(command, nanoTime.getAsLong()));
    }
  }

  /** Runs the commands that can be run now. */
  void run() {
    while (!waiting.isEmpty() && runs(waiting.element())) {
      waiting.remove();
    }
  }

  private boolean runs(Waiting next) {
    Long version = next.command().getVersion();
    return switch (next.command().getAction()) {
      case UNPIN -> {
        unpin(next.command());
        yield true;
      }
      // The channel has passed over commands that pin no version.
      case PIN -> version == null || pinned(next, version);
    };
  }

  private void unpin(ControlCommand command) {
    loader.choice().unpin();
    loader.loadNext(follower.readableNewestFirst());
    control.writeOutcome(command, worker, true, "unpinned; serving " + served());
  }

  /** Whether the command is done with, one way or the other. */
  private boolean pinned(Waiting next, long version) {
    Optional<Checkpoint> manifest = follower.readable(version);
    boolean arrived = manifest.isPresent() || isServing(version);
    if (!arrived && nanoTime.getAsLong() - next.sinceNanos() < PATIENCE_NANOS) {
      return false;
    }
    if (!isServing(version)) {
      manifest.ifPresent(loader::load);
    }
    if (isServing(version)) {
      loader.choice().pin(version);
      control.writeOutcome(next.command(), worker, true, "pinned; serving version " + version);
    } else {
      String reason =
          loader
              .choice()
              .refusal(version)
              .orElse("version " + version + " has no payload that can be read");
      control.writeOutcome(next.command(), worker, false, reason + "; serving " + served());
    }
    return true;
  }

  private boolean isServing(long version) {
    return loader.servingVersion().equals(OptionalLong.of(version));
  }

  private String served() {
    OptionalLong version = loader.servingVersion();
    return version.isPresent() ? "version " + version.getAsLong() : "no version yet";
  }
}
