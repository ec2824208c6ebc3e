package dev.tidemill.trainer;

import dev.tidemill.schemas.OffsetRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tracks the offset ranges trained since the last checkpoint, and the position of each partition.
 * Ranges begin where those of the last checkpoint ended, so the lineage's ranges touch and never
 * overlap. Offsets without a record (transaction markers, aborted records) belong to the range that
 * passes over them. One thread.
 */
final class TrainedRanges {
  private final SortedMap<Integer, Position> starts = new TreeMap<>();
  private final SortedMap<Integer, Position> positions = new TreeMap<>();
  private final List<OffsetRange> endedRanges = new ArrayList<>();

  TrainedRanges(Collection<PartitionStart> starts) {
    starts.forEach(this::begin);
  }

  /** Adds a partition. */
  void addPartition(PartitionStart start) {
    begin(start);
  }

  /** Moves a partition forward: all samples before this position are trained or refused. */
  void advance(int partition, long offset, int sample) {
    Position position = position(partition);
    if (!position.isBefore(offset, sample)) {
      throw new IllegalStateException(
          "offset " + offset + " sample " + sample + " is not after " + position);
    }
    positions.put(partition, position.movedTo(offset, sample));
  }

  /** Ends the open ranges and continues at the next epoch's positions. */
  void beginEpoch(Collection<Position> from) {
    endedRanges.addAll(openRanges());
    starts.clear();
    positions.clear();
    from.forEach(this::open);
  }

  /** Whether an epoch has begun since the last cut. */
  boolean hasBegunEpoch() {
    return endedRanges.stream()
        .anyMatch(ended -> ended.getEpoch() != position(ended.getPartition()).epoch());
  }

  /** Returns the ranges since the last cut, in reading order. */
  List<OffsetRange> ranges() {
    List<OffsetRange> all = new ArrayList<>(endedRanges);
    all.addAll(openRanges());
    return all;
  }

  /** Returns the position of each partition. */
  List<Position> positions() {
    return List.copyOf(positions.values());
  }

  /** Returns where the next ranges begin, and the position of each partition. */
  List<PartitionStart> starts() {
    return starts.values().stream()
        .map(begin -> new PartitionStart(null, begin, position(begin.partition())))
        .toList();
  }

  Position position(int partition) {
    Position position = positions.get(partition);
    if (position == null) {
      throw new IllegalArgumentException("partition " + partition + " is not read");
    }
    return position;
  }

  /** Begins new ranges at the current positions, after a checkpoint. */
  void cut() {
    endedRanges.clear();
    starts.putAll(positions);
  }

  private void begin(PartitionStart start) {
    if (start.ended() != null) {
      endedRanges.add(range(start.ended().start(), start.ended().end()));
    }
    starts.put(start.partition(), start.begin());
    positions.put(start.partition(), start.from());
  }

  private void open(Position at) {
    starts.put(at.partition(), at);
    positions.put(at.partition(), at);
  }

  private List<OffsetRange> openRanges() {
    return starts.values().stream()
        .filter(start -> !start.equals(positions.get(start.partition())))
        .map(start -> range(start, position(start.partition())))
        .toList();
  }

  private static OffsetRange range(Position start, Position end) {
    return new OffsetRange(
        start.partition(),
        start.epoch(),
        start.offset(),
        start.sample(),
        end.offset(),
        end.sample());
  }
}
