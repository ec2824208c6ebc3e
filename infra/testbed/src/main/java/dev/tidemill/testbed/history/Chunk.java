package dev.tidemill.testbed.history;

/**
 * A record of {@code checkpoint-chunks}.
 *
 * @param committed whether a {@code read_committed} reader sees it
 * @param key version/index
 * @param version 0 if it is a tombstone
 * @param bytes length of its data; 0 if it is a tombstone
 */
public record Chunk(Place at, boolean committed, String key, long version, int bytes) {

  /** Whether it removes the chunk with its key. */
  public boolean isTombstone() {
    return version == 0;
  }
}
