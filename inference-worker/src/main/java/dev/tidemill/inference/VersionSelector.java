package dev.tidemill.inference;

import dev.tidemill.schemas.Checkpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Selects the version to serve: the pinned one, or the newest that is not refused. State without
 * I/O. One thread.
 */
final class VersionSelector {
  private OptionalLong pinned = OptionalLong.empty();
  private final Map<Long, String> refused = new HashMap<>();

  void pin(long version) {
    pinned = OptionalLong.of(version);
  }

  void unpin() {
    pinned = OptionalLong.empty();
  }

  OptionalLong pinned() {
    return pinned;
  }

  /** Records why a version cannot be served; it is not tried again. */
  void refuse(Checkpoint manifest, String reason) {
    refused.put(manifest.getVersion(), reason);
  }

  Optional<String> refusal(long version) {
    return Optional.ofNullable(refused.get(version));
  }

  /**
   * Returns the version to load next; empty if it is already served, or if none can be.
   *
   * @param newestFirst all readable versions
   * @param serving the serving version
   */
  Optional<Checkpoint> next(List<Checkpoint> newestFirst, OptionalLong serving) {
    forgetRemovedVersions(newestFirst);
    return newestFirst.stream()
        .filter(manifest -> !refused.containsKey(manifest.getVersion()))
        .filter(manifest -> pinned.isEmpty() || manifest.getVersion() == pinned.getAsLong())
        .findFirst()
        .filter(manifest -> !isServed(manifest, serving));
  }

  private static boolean isServed(Checkpoint manifest, OptionalLong serving) {
    return serving.isPresent() && serving.getAsLong() == manifest.getVersion();
  }

  /** Bounds the memory, because retention removes versions. */
  private void forgetRemovedVersions(List<Checkpoint> newestFirst) {
    refused
        .keySet()
        .removeIf(version -> newestFirst.stream().noneMatch(m -> m.getVersion() == version));
  }
}
