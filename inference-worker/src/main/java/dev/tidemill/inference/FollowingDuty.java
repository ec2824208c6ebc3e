package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointFollower;
import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.checkpoints.LineageChangedException;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.ControlEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the model's versions and commands, and loads what is to be served. A version that cannot
 * be served is refused, and the one before goes on. So does the one that is served while no others
 * can be read: that degrades the worker, and is tried again.
 */
final class FollowingDuty implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(FollowingDuty.class);

  /** A version is seen when it comes, a command at the next look. */
  private static final Duration VERSIONS_POLL = Duration.ofMillis(50);

  private static final long FIRST_WAIT_MILLIS = 250;
  private static final long LONGEST_WAIT_MILLIS = 10_000;

  private final String roleName;
  private final CheckpointFollower follower;
  private final CheckpointReader reader;
  private final ControlChannel control;
  private final VersionLoader loader;
  private final PinCommands commands;
  private final ServingStatus state;
  private final ServingConditions conditions;
  private final Supplier<Optional<Uuid>> checkpointsId;
  private final CountDownLatch ends = new CountDownLatch(1);
  private boolean isControlRead;
  private @Nullable Uuid followed;
  private long waitMillis = FIRST_WAIT_MILLIS;

  /**
   * Owns follower, reader and channel.
   *
   * @param checkpointsId which topic of checkpoints there is now, if that is known
   */
  FollowingDuty(
      String roleName,
      CheckpointFollower follower,
      CheckpointReader reader,
      ControlChannel control,
      VersionLoader loader,
      PinCommands commands,
      ServingStatus state,
      ServingConditions conditions,
      Supplier<Optional<Uuid>> checkpointsId) {
    this.roleName = roleName;
    this.follower = follower;
    this.reader = reader;
    this.control = control;
    this.loader = loader;
    this.commands = commands;
    this.state = state;
    this.conditions = conditions;
    this.checkpointsId = checkpointsId;
  }

  @Override
  public String roleName() {
    return roleName;
  }

  @Override
  public boolean doWork() throws InterruptedException {
    try {
      follow();
      conditions.followed();
      waitMillis = FIRST_WAIT_MILLIS;
      return true;
    } catch (WakeupException e) {
      // Woken for one reason only: the thread is to end.
      return false;
    } catch (MalformedRecordException e) {
      LOG.error("a manifest cannot be read and is passed over: {}", e.getMessage());
      state.trouble("a manifest cannot be read: " + e.getMessage());
      return true;
    } catch (LineageChangedException e) {
      return triedAgain(e, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      if (KafkaFailures.kind(e) != KafkaFailures.Kind.RETRIABLE) {
        throw e;
      }
      return triedAgain(e, KafkaFailures.explain(e));
    }
  }

  /** Waits before the next try, for longer each time; whether there is to be one. */
  private boolean triedAgain(RuntimeException failure, String cause) throws InterruptedException {
    LOG.debug("following the model's versions is tried again", failure);
    conditions.followingFailed(loader.servingVersion(), cause);
    long wait = waitMillis;
    waitMillis = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
    return !ends.await(wait, TimeUnit.MILLISECONDS);
  }

  private void follow() {
    if (!isControlRead) {
      control.catchUp();
      control.pinned().asOptional().ifPresent(loader.choice()::pin);
      isControlRead = true;
    }
    noticeAnotherTopic();
    for (ControlEvent event : control.poll(Duration.ZERO)) {
      commands.take(event);
    }
    follower.poll(VERSIONS_POLL);
    if (follower.isCaughtUp()) {
      giveUpAPinThatCannotBeServed();
      commands.run();
      loader.loadNext(follower.readableNewestFirst());
      follower
          .heldBack()
          .ifPresentOrElse(
              reason ->
                  conditions.versionsHeldBack(
                      loader.servingVersion(), KafkaFailures.explain(reason)),
              conditions::versionsComeThrough);
    }
  }

  /** A topic that was made anew may have as many records as the one before. */
  private void noticeAnotherTopic() {
    Uuid now = checkpointsId.get().orElse(followed);
    if (followed != null && !followed.equals(now)) {
      follower.recreated();
    }
    followed = now;
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
    ends.countDown();
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
