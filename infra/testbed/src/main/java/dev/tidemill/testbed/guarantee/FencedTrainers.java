package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.LeadershipEnd;
import dev.tidemill.testbed.history.Manifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks G4: versions are committed in ascending order, each once, and none by a trainer that no
 * longer led.
 *
 * <p>A manifest names its trainer, but not the trainer's term, and consumers do not see the
 * producer epoch of a record. So this checker sees a zombie that continues from an older version,
 * because its version number is taken. It sees a zombie that continues from the newest version only
 * if the history says when that trainer's leadership ended. Otherwise such a version looks like
 * that of a trainer that leads again.
 */
public final class FencedTrainers {
  private FencedTrainers() {}

  /** Returns the manifests that a trainer published after a newer one began. */
  public static List<Violation> check(History history) {
    List<Violation> violations = new ArrayList<>();
    Map<Long, Manifest> known = new HashMap<>();
    long newest = 0;
    for (Manifest manifest : history.manifests()) {
      if (!manifest.committed()) {
        continue;
      }
      Manifest same = known.putIfAbsent(manifest.version(), manifest);
      boolean isCopy = same == null || manifest.isCopyOf(same);
      // Retention writes an older manifest again, without its payload.
      boolean ascends = manifest.version() > newest || manifest.payload().isEmpty();
      if (!isCopy || !ascends) {
        violations.add(
            violation(
                manifest,
                "trainer %s wrote it after version %d was committed"
                    .formatted(manifest.worker(), newest)));
      }
      newest = Math.max(newest, manifest.version());
      history.leadershipEnds().stream()
          .filter(end -> isAfter(manifest, end))
          .forEach(
              end ->
                  violations.add(
                      violation(
                          manifest,
                          "trainer %s wrote it, but its leadership ended with version %d"
                              .formatted(end.worker(), end.lastVersion()))));
    }
    return violations;
  }

  private static boolean isAfter(Manifest manifest, LeadershipEnd end) {
    return manifest.payload().isPresent()
        && manifest.worker().equals(end.worker())
        && manifest.version() > end.lastVersion();
  }

  private static Violation violation(Manifest manifest, String text) {
    return new Violation(Guarantee.G4, Anomaly.ZOMBIE_WRITE, manifest.where(), text);
  }
}
