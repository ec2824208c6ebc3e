package dev.tidemill.checkpoints;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ReadPosition;
import dev.tidemill.schemas.Restart;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a version is a root exactly if the one before says so, and where it lets the next one
 * begin anew: in each partition that it reads, and nowhere after its own position. So no record is
 * skipped.
 */
final class RestartCheck {
  private final @Nullable Checkpoint before;
  private final Checkpoint checkpoint;
  private final Consumer<String> faults;

  /**
   * @param before the nearest earlier version; null if there is none
   * @param faults receives a sentence for each fault
   */
  RestartCheck(@Nullable Checkpoint before, Checkpoint checkpoint, Consumer<String> faults) {
    this.before = before;
    this.checkpoint = checkpoint;
    this.faults = faults;
  }

  void run() {
    if (before == null) {
      if (checkpoint.getVersion() == 1) {
        requireRoot(1, "");
      }
    } else if (checkpoint.getVersion() == before.getVersion() + 1) {
      checkRoot(before);
    }
    checkRestart();
  }

  private void checkRoot(Checkpoint last) {
    if (last.getRestart() == null) {
      requireRoot(last.getRoot(), "");
    } else {
      requireRoot(
          checkpoint.getVersion(),
          ": version %d says that the next one begins anew".formatted(last.getVersion()));
      if (checkpoint.getSamples() <= last.getSamples()) {
        fault("begins a new model, but was trained on no sample: its parameters are not its own");
      }
    }
  }

  private void requireRoot(long expected, String why) {
    if (checkpoint.getRoot() != expected) {
      fault("has the root %d, not %d%s".formatted(checkpoint.getRoot(), expected, why));
    }
  }

  private void checkRestart() {
    @Nullable Restart restart = checkpoint.getRestart();
    if (restart == null) {
      return;
    }
    if (checkpoint.getEpochs() > 0) {
      fault("restarts, but is of a bounded run, which reads its records in epochs");
    }
    Map<Integer, ReadPosition> to = VersionCheck.byPartition(restart.getPositions());
    Map<Integer, ReadPosition> at = VersionCheck.byPartition(checkpoint.getPositions());
    TreeSet<Integer> partitions = new TreeSet<>(at.keySet());
    partitions.addAll(to.keySet());
    for (int partition : partitions) {
      check(partition, at.get(partition), to.get(partition));
    }
  }

  private void check(int partition, @Nullable ReadPosition at, @Nullable ReadPosition to) {
    if (at == null || to == null) {
      fault(
          "has a %s for partition %d, but no %s"
              .formatted(
                  at == null ? "restart" : "read position",
                  partition,
                  at == null ? "read position" : "restart"));
      return;
    }
    SamplePosition restart = SamplePosition.of(to);
    SamplePosition own = SamplePosition.of(at);
    if (!restart.isValid() || restart.compareTo(own) > 0 || to.getEpoch() != at.getEpoch()) {
      fault(
          "restarts partition %d at %s in epoch %d, after its own position at %s in epoch %d"
              .formatted(partition, restart, to.getEpoch(), own, at.getEpoch()));
    }
  }

  private void fault(String what) {
    faults.accept("version %d %s".formatted(checkpoint.getVersion(), what));
  }
}
