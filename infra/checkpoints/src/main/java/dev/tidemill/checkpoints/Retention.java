package dev.tidemill.checkpoints;

import dev.tidemill.schemas.Checkpoint;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Selects the versions that lose their payload: all except the newest and the pinned ones. Their
 * manifests stay.
 *
 * @param keep how many of the newest versions keep their payload; at least 1, because a trainer
 *     resumes from the newest
 */
public record Retention(int keep) {

  public Retention {
    if (keep < 1) {
      throw new IllegalArgumentException("retention keeps at least 1 payload, not " + keep);
    }
  }

  /**
   * Returns the manifests whose payloads a publication removes.
   *
   * @param before manifests of earlier versions
   * @param next the version to publish
   * @param pinned versions that operators have pinned
   */
  public List<Checkpoint> removable(Collection<Checkpoint> before, long next, Set<Long> pinned) {
    return before.stream()
        .filter(manifest -> manifest.getPayload() != null)
        .filter(manifest -> manifest.getVersion() <= next - keep)
        .filter(manifest -> !pinned.contains(manifest.getVersion()))
        .toList();
  }
}
