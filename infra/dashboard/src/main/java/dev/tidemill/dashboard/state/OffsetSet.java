package dev.tidemill.dashboard.state;

import java.util.BitSet;
import java.util.TreeMap;

/**
 * A set of offsets of one partition, which may come in any order. An offset takes a bit. Only the
 * highest 1,024 chunks of 65,536 offsets are kept, which take 8 MB. Not thread-safe.
 */
final class OffsetSet {
  private static final int CHUNK = 1 << 16;
  private static final int MOST_CHUNKS = 1 << 10;

  private final TreeMap<Long, BitSet> chunks = new TreeMap<>();

  void add(long offset) {
    chunks.computeIfAbsent(offset / CHUNK, chunk -> new BitSet()).set((int) (offset % CHUNK));
    if (chunks.size() > MOST_CHUNKS) {
      chunks.pollFirstEntry();
    }
  }

  void remove(long offset) {
    BitSet chunk = chunks.get(offset / CHUNK);
    if (chunk != null) {
      chunk.clear((int) (offset % CHUNK));
    }
  }

  /** Removes all offsets below one. */
  void removeBefore(long offset) {
    chunks.headMap(offset / CHUNK).clear();
    BitSet chunk = chunks.get(offset / CHUNK);
    if (chunk != null) {
      chunk.clear(0, (int) (offset % CHUNK));
    }
  }

  boolean contains(long offset) {
    BitSet chunk = chunks.get(offset / CHUNK);
    return chunk != null && chunk.get((int) (offset % CHUNK));
  }

  long size() {
    return chunks.values().stream().mapToLong(BitSet::cardinality).sum();
  }
}
