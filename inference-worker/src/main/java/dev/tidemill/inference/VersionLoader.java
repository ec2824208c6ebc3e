package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.checkpoints.CorruptCheckpointException;
import dev.tidemill.schemas.Checkpoint;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads what the choice wants served, and keeps what was refused out of it. One thread. */
final class VersionLoader {
  private static final Logger LOG = LoggerFactory.getLogger(VersionLoader.class);

  private final VersionSelector choice = new VersionSelector();
  private final CheckpointReader reader;
  private final ModelSlots slots;
  private final ServingStatus state;
  private final ServingMetrics metrics;
  private final ServingConditions conditions;
  private final Runnable whenLoaded;

  /**
   * Loads into these slots.
   *
   * @param reader stays the caller's
   * @param whenLoaded called after every load
   */
  VersionLoader(
      CheckpointReader reader,
      ModelSlots slots,
      ServingStatus state,
      ServingMetrics metrics,
      ServingConditions conditions,
      Runnable whenLoaded) {
    this.reader = reader;
    this.slots = slots;
    this.state = state;
    this.metrics = metrics;
    this.conditions = conditions;
    this.whenLoaded = whenLoaded;
  }

  VersionSelector choice() {
    return choice;
  }

  OptionalLong servingVersion() {
    return slots.servingVersion();
  }

  /** Loads the version that is to be served, unless it is. */
  void loadNext(List<Checkpoint> newestFirst) {
    choice.next(newestFirst, slots.servingVersion()).ifPresent(this::load);
    state.pinned(choice.pinned().isPresent());
  }

  /** Serves a version if it can be served; the one before goes on if not. */
  void load(Checkpoint manifest) {
    long version = manifest.getVersion();
    try {
      slots.load(manifest, reader);
    } catch (CorruptCheckpointException | UnservableVersionException e) {
      choice.refuse(manifest, String.valueOf(e.getMessage()));
      metrics.versionRefused();
      conditions.versionRefused(version, e.getMessage());
      LOG.debug("version {} is refused", version, e);
      return;
    }
    metrics.swapped();
    state.serves(version);
    conditions.versionServed();
    LOG.info("serving version {}", version);
    whenLoaded.run();
  }
}
