package dev.tidemill.dashboard.state;

import java.util.BitSet;

/**
 * A set of offsets of one partition, a bit for each offset from the first one that was added. At
 * most 67,108,864 offsets behind the newest are known, which takes 8 MB. Not thread-safe.
 */
final class OffsetSet {
  private static final int MOST = 1 << 26;

  private BitSet offsets = new BitSet();
  private long first = -1;

  /** Adds an offset; one below the first is ignored. */
  void add(long offset) {
    if (first < 0) {
      first = offset;
    }
    if (offset - first >= MOST) {
      forget(offset - MOST / 2);
    }
    if (offset >= first) {
      offsets.set((int) (offset - first));
    }
  }

  /** Removes an offset, if it is known. */
  void remove(long offset) {
    if (first >= 0 && offset >= first && offset - first < offsets.length()) {
      offsets.clear((int) (offset - first));
    }
  }

  private void forget(long before) {
    long passed = before - first;
    offsets =
        passed < offsets.length() ? offsets.get((int) passed, offsets.length()) : new BitSet();
    first = before;
  }

  /** Returns the number of offsets in the set. */
  int size() {
    return offsets.cardinality();
  }
}
