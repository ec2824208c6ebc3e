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

/** Runs operators' commands in order, and reports their outcomes. One thread. */
final class PinCommands {
  /** How long to wait for a manifest: a version may be pinned before its manifest arrives here. */
  private static final long MANIFEST_TIMEOUT_NANOS = 3_000_000_000L;

  private record Waiting(ControlCommand command, long sinceNanos) {}

  private final String worker;
  private final CheckpointFollower follower;
  private final VersionLoader loader;
  private final ControlChannel control;
  private final LongSupplier nanoTime;
  private final Queue<Waiting> waiting = new ArrayDeque<>();

  /** The caller closes all arguments. */
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

  void add(ControlEvent event) {
    if (event.getEvent() instanceof ControlCommand command) {
      waiting.add(new Waiting(command, nanoTime.getAsLong()));
    }
  }

  /** Runs the commands that can run now. */
  void runReady() {
    while (!waiting.isEmpty() && tryRun(waiting.element())) {
      waiting.remove();
    }
  }

  private boolean tryRun(Waiting next) {
    Long version = next.command().getVersion();
    return switch (next.command().getAction()) {
      case UNPIN -> {
        unpin(next.command());
        yield true;
      }
      // The channel has skipped PIN commands without a version.
      case PIN -> version == null || tryPin(next, version);
      // These concern trainers.
      case PAUSE, RESUME, CHECKPOINT, ROLLBACK, LEARNING_RATE, DELETE -> true;
    };
  }

  private void unpin(ControlCommand command) {
    loader.selector().unpin();
    loader.loadNext(follower.readableNewestFirst());
    control.writeOutcome(command, worker, true, "unpinned; serving " + served());
  }

  /** Pins the version or reports why not; returns false if its manifest may still arrive. */
  private boolean tryPin(Waiting next, long version) {
    Optional<Checkpoint> manifest = follower.readable(version);
    boolean arrived = manifest.isPresent() || isServing(version);
    if (!arrived && nanoTime.getAsLong() - next.sinceNanos() < MANIFEST_TIMEOUT_NANOS) {
      return false;
    }
    if (!isServing(version)) {
      manifest.ifPresent(loader::load);
    }
    if (isServing(version)) {
      loader.selector().pin(version);
      control.writeOutcome(next.command(), worker, true, "pinned; serving version " + version);
    } else {
      String reason =
          loader
              .selector()
              .refusal(version)
              .orElse("version " + version + " has no readable payload");
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
