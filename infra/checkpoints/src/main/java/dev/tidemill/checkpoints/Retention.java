package dev.tidemill.checkpoints;

import dev.tidemill.schemas.Checkpoint;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Which versions lose their payload: all but the newest and the pinned ones. Their manifests stay.
 *
 * @param keep how many of the newest versions keep it, at least 1: the newest is what a trainer
 *     goes on from
 */
public record Retention(int keep) {

  public Retention {
    if (keep < 1) {
      throw new IllegalArgumentException("at least 1 payload is kept, not " + keep);
    }
  }

  /**
   * The manifests whose payloads go with the publication of a version.
   *
   * @param before manifests of earlier versions
   * @param next the version that is published
   * @param pinned versions that are asked to be served
   */
  public List<Checkpoint> removable(Collection<Checkpoint> before, long next, Set<Long> pinned) {
    return before.stream()
        .filter(manifest -> manifest.getPayload() != null)
        .filter(manifest -> manifest.getVersion() <= next - keep)
        .filter(manifest -> !pinned.contains(manifest.getVersion()))
        .toList();
  }
}
