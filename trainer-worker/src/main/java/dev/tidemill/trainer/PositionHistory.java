package dev.tidemill.trainer;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Remembers where each partition was after the newest steps, in bounded memory. It keeps only what
 * moved: what it forgets moves the positions from which the rest follows. One thread.
 */
final class PositionHistory {
  private final long[] samples;
  private final int[] partitions;
  private final long[] offsets;
  private final int[] inRecord;

  /** The positions after {@link #oldest} samples, or earlier ones. */
  private final Map<Integer, Position> oldestPositions = new TreeMap<>();

  private final Map<Integer, Position> newest = new TreeMap<>();
  private long oldest;
  private long first;
  private long count;

  /**
   * Where each partition was.
   *
   * @param samples number of samples that were trained then
   * @param isLater whether that is later than what was asked for, because no earlier positions are
   *     remembered
   */
  record Found(long samples, List<Position> positions, boolean isLater) {}

  /**
   * @param moves number of moves to remember
   * @param samples trained before the first positions
   * @param begin the first positions
   */
  PositionHistory(int moves, long samples, Collection<Position> begin) {
    this.samples = new long[moves];
    this.partitions = new int[moves];
    this.offsets = new long[moves];
    this.inRecord = new int[moves];
    this.oldest = samples;
    begin.forEach(this::begin);
  }

  /** Adds where a partition begins, if it is not known yet. */
  void begin(Position at) {
    if (newest.putIfAbsent(at.partition(), at) == null) {
      oldestPositions.put(at.partition(), at);
    }
  }

  /**
   * Adds the positions after a number of samples, which must not decrease.
   *
   * @param now of all partitions that have begun
   */
  void add(long trained, Collection<Position> now) {
    for (Position position : now) {
      begin(position);
      if (!position.equals(newest.put(position.partition(), position))) {
        move(trained, position);
      }
    }
  }

  private void move(long trained, Position to) {
    if (count - first == samples.length) {
      int forgotten = index(first++);
      oldest = samples[forgotten];
      oldestPositions.put(partitions[forgotten], position(forgotten));
    }
    int at = index(count++);
    samples[at] = trained;
    partitions[at] = to.partition();
    offsets[at] = to.offset();
    inRecord[at] = to.sample();
  }

  /** Finds the newest positions of when at most this number of samples was trained. */
  Found at(long trained) {
    Map<Integer, Position> positions = new TreeMap<>(oldestPositions);
    long found = oldest;
    for (long i = first; i < count && samples[index(i)] <= trained; i++) {
      int at = index(i);
      found = samples[at];
      positions.put(partitions[at], position(at));
    }
    return new Found(found, List.copyOf(positions.values()), found > trained);
  }

  private int index(long move) {
    return (int) (move % samples.length);
  }

  /** Only endless runs restart, which have one epoch. */
  private Position position(int at) {
    return new Position(partitions[at], 1, offsets[at], inRecord[at]);
  }
}
