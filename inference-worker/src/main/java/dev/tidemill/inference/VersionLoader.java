package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.checkpoints.CorruptCheckpointException;
import dev.tidemill.schemas.Checkpoint;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the version that the selector chooses, and keeps refused versions out of it. One thread.
 */
final class VersionLoader {
  private static final Logger LOG = LoggerFactory.getLogger(VersionLoader.class);

  private final VersionSelector selector = new VersionSelector();
  private final CheckpointReader reader;
  private final ServedContracts contracts;
  private final ModelSlots slots;
  private final ServingStatus status;
  private final ServingMetrics metrics;
  private final ServingConditions conditions;
  private final Runnable onLoaded;

  /**
   * Creates a loader for these slots.
   *
   * @param reader closed by the caller
   * @param onLoaded called after every load
   */
  VersionLoader(
      CheckpointReader reader,
      ServedContracts contracts,
      ModelSlots slots,
      ServingStatus status,
      ServingMetrics metrics,
      ServingConditions conditions,
      Runnable onLoaded) {
    this.reader = reader;
    this.contracts = contracts;
    this.slots = slots;
    this.status = status;
    this.metrics = metrics;
    this.conditions = conditions;
    this.onLoaded = onLoaded;
  }

  VersionSelector selector() {
    return selector;
  }

  OptionalLong servingVersion() {
    return slots.servingVersion();
  }

  /** Loads the version to serve, unless it is already the serving one. */
  void loadNext(List<Checkpoint> newestFirst) {
    selector.next(newestFirst, slots.servingVersion()).ifPresent(this::load);
    status.pinned(selector.pinned().isPresent());
  }

  /** Serves a version, or refuses it and keeps serving the previous one. */
  void load(Checkpoint manifest) {
    long version = manifest.getVersion();
    try {
      slots.load(manifest, contracts.of(manifest), reader);
    } catch (CorruptCheckpointException | UnservableVersionException e) {
      selector.refuse(manifest, String.valueOf(e.getMessage()));
      metrics.versionRefused();
      conditions.versionRefused(version, e.getMessage());
      LOG.debug("version {} is refused", version, e);
      return;
    }
    metrics.swapped();
    status.serves(version);
    conditions.versionServed();
    LOG.info("serving version {}", version);
    onLoaded.run();
  }
}
