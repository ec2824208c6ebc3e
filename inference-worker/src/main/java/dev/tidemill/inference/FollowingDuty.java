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
 * Follows the model's versions and commands, and loads the version to serve. Refuses a version that
 * cannot be served, and keeps serving the previous one. If new versions cannot be read, the worker
 * is degraded, keeps serving, and retries.
 */
final class FollowingDuty implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(FollowingDuty.class);

  /** How long a poll waits for a version; commands are read between polls. */
  private static final Duration VERSIONS_POLL_TIMEOUT = Duration.ofMillis(50);

  private static final long INITIAL_BACKOFF_MILLIS = 250;
  private static final long MAX_BACKOFF_MILLIS = 10_000;

  private final String roleName;
  private final CheckpointFollower follower;
  private final CheckpointReader reader;
  private final ControlChannel control;
  private final VersionLoader loader;
  private final PinCommands commands;
  private final ServingStatus status;
  private final ServingConditions conditions;
  private final Supplier<Optional<Uuid>> checkpointsId;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private boolean isControlRead;
  private @Nullable Uuid followed;
  private long backoffMillis = INITIAL_BACKOFF_MILLIS;

  /**
   * Creates the duty, which closes follower, reader and channel.
   *
   * @param checkpointsId returns the current id of the checkpoints topic, if it is known
   */
  FollowingDuty(
      String roleName,
      CheckpointFollower follower,
      CheckpointReader reader,
      ControlChannel control,
      VersionLoader loader,
      PinCommands commands,
      ServingStatus status,
      ServingConditions conditions,
      Supplier<Optional<Uuid>> checkpointsId) {
    this.roleName = roleName;
    this.follower = follower;
    this.reader = reader;
    this.control = control;
    this.loader = loader;
    this.commands = commands;
    this.status = status;
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
      backoffMillis = INITIAL_BACKOFF_MILLIS;
      return true;
    } catch (WakeupException e) {
      // Only wakeUp() causes this: the duty is to end.
      return false;
    } catch (MalformedRecordException e) {
      LOG.error("a manifest cannot be read; skipping it: {}", e.getMessage());
      status.problem("a manifest cannot be read: " + e.getMessage());
      return true;
    } catch (LineageChangedException e) {
      return retryLater(e, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      if (KafkaFailures.kind(e) != KafkaFailures.Kind.RETRIABLE) {
        throw e;
      }
      return retryLater(e, KafkaFailures.explain(e));
    }
  }

  /** Waits for the next attempt, with exponential backoff; returns false if the duty ends. */
  private boolean retryLater(RuntimeException failure, String cause) throws InterruptedException {
    LOG.debug("cannot follow the model's versions; retrying", failure);
    conditions.followingFailed(loader.servingVersion(), cause);
    long backoff = backoffMillis;
    backoffMillis = Math.min(2 * backoff, MAX_BACKOFF_MILLIS);
    return !stopping.await(backoff, TimeUnit.MILLISECONDS);
  }

  private void follow() {
    if (!isControlRead) {
      control.catchUp();
      control.pinned().asOptional().ifPresent(loader.selector()::pin);
      isControlRead = true;
    }
    detectRecreatedTopic();
    for (ControlEvent event : control.poll(Duration.ZERO)) {
      commands.add(event);
    }
    follower.poll(VERSIONS_POLL_TIMEOUT);
    if (follower.isCaughtUp()) {
      dropUnservablePin();
      commands.runReady();
      loader.loadNext(follower.readableNewestFirst());
      follower
          .heldBack()
          .ifPresentOrElse(
              reason ->
                  conditions.versionsHeldBack(
                      loader.servingVersion(), KafkaFailures.explain(reason)),
              conditions::versionsNoLongerHeldBack);
    }
  }

  /** Compares topic ids, because a recreated topic may have as many records as the previous one. */
  private void detectRecreatedTopic() {
    Uuid now = checkpointsId.get().orElse(followed);
    if (followed != null && !followed.equals(now)) {
      follower.recreated();
    }
    followed = now;
  }

  /**
   * Drops a pin that is older than this worker and cannot be served. No version is served yet, so
   * there is none to keep.
   */
  private void dropUnservablePin() {
    OptionalLong pinned = loader.selector().pinned();
    if (pinned.isEmpty() || loader.servingVersion().isPresent() || follower.newest().isEmpty()) {
      return;
    }
    long version = pinned.getAsLong();
    if (follower.readable(version).isEmpty() || loader.selector().refusal(version).isPresent()) {
      LOG.error("pinned version {} cannot be served; serving the newest version instead", version);
      loader.selector().unpin();
    }
  }

  @Override
  public void wakeUp() {
    stopping.countDown();
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
