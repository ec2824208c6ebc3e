package dev.tidemill.inference;

import dev.tidemill.schemas.Checkpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which version is to be served: the pinned one, or the newest that is not refused. State without
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

  /** Notes why a version cannot be served; it is not tried again. */
  void refuse(Checkpoint manifest, String reason) {
    refused.put(manifest.getVersion(), reason);
  }

  Optional<String> refusal(long version) {
    return Optional.ofNullable(refused.get(version));
  }

  /**
   * The version to load next; empty where the right one is served, or none can be.
   *
   * @param newestFirst all versions that can be read
   * @param serving what is served
   */
  Optional<Checkpoint> next(List<Checkpoint> newestFirst, OptionalLong serving) {
    forgetWhatIsGone(newestFirst);
    return newestFirst.stream()
        .filter(manifest -> !refused.containsKey(manifest.getVersion()))
        .filter(manifest -> pinned.isEmpty() || manifest.getVersion() == pinned.getAsLong())
        .findFirst()
        .filter(manifest -> !isServed(manifest, serving));
  }

  private static boolean isServed(Checkpoint manifest, OptionalLong serving) {
    return serving.isPresent() && serving.getAsLong() == manifest.getVersion();
  }

  /** Retention bounds what is remembered. */
  private void forgetWhatIsGone(List<Checkpoint> newestFirst) {
    refused
        .keySet()
        .removeIf(version -> newestFirst.stream().noneMatch(m -> m.getVersion() == version));
  }
}
