package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointFollower;
import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.ControlEvent;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the model's versions and commands, and loads what is to be served. A version that cannot
 * be served is refused, and the one before goes on.
 */
final class FollowingDuty implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(FollowingDuty.class);

  /** A version is seen when it comes, a command at the next look. */
  private static final Duration VERSIONS_POLL = Duration.ofMillis(50);

  private final String roleName;
  private final CheckpointFollower follower;
  private final CheckpointReader reader;
  private final ControlChannel control;
  private final VersionLoader loader;
  private final PinCommands commands;
  private final ServingState state;

  /** Owns follower, reader and channel. */
  FollowingDuty(
      String roleName,
      CheckpointFollower follower,
      CheckpointReader reader,
      ControlChannel control,
      VersionLoader loader,
      PinCommands commands,
      ServingState state) {
    this.roleName = roleName;
    this.follower = follower;
    this.reader = reader;
    this.control = control;
    this.loader = loader;
    this.commands = commands;
    this.state = state;
  }

  @Override
  public String roleName() {
    return roleName;
  }

  @Override
  public void onStart() {
    control.catchUp();
    control.pinned().asOptional().ifPresent(loader.choice()::pin);
  }

  @Override
  public boolean doWork() {
    try {
      follow();
      return true;
    } catch (WakeupException e) {
      // Woken for one reason only: the thread is to end.
      return false;
    } catch (MalformedRecordException e) {
      LOG.error("a manifest cannot be read and is passed over: {}", e.getMessage());
      state.trouble("a manifest cannot be read: " + e.getMessage());
      return true;
    } catch (RetriableException e) {
      LOG.warn("following the model's versions is tried again: {}", e.toString());
      return true;
    }
  }

  private void follow() {
    for (ControlEvent event : control.poll(Duration.ZERO)) {
      commands.take(event);
    }
    follower.poll(VERSIONS_POLL);
    if (follower.isCaughtUp()) {
      giveUpAPinThatCannotBeServed();
      commands.run();
      loader.loadNext(follower.readableNewestFirst());
    }
  }

  /** A pin from before this worker's time: with nothing served, there is nothing to stay with. */
  private void giveUpAPinThatCannotBeServed() {
    OptionalLong pinned = loader.choice().pinned();
    if (pinned.isEmpty() || loader.servingVersion().isPresent() || follower.newest().isEmpty()) {
      return;
    }
    long version = pinned.getAsLong();
    if (follower.readable(version).isEmpty() || loader.choice().refusal(version).isPresent()) {
      LOG.error("version {} is pinned and cannot be served; serving the newest", version);
      loader.choice().unpin();
    }
  }

  @Override
  public void wakeUp() {
    follower.wakeUp();
    reader.wakeUp();
  }

  @Override
  public void onClose() {
    try (follower;
        reader) {
      control.close();
    }
  }
}
