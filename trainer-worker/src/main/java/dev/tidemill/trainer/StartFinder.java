package dev.tidemill.trainer;

import dev.tidemill.schemas.LostRange;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds where each partition starts, from the manifest's position, the group's offset and what the
 * log still holds. Collects the gaps. Does no I/O; used for one plan.
 */
final class StartFinder {
  static final String BEFORE_FIRST = "deleted before the first version that includes the partition";
  private static final String ONLY_PASSED =
      "deleted after they were passed: refused records and transaction markers";
  private static final String NOT_AGAIN =
      "deleted before they were trained again; the model before has trained them";
  private static final String ACCEPTED =
      "deleted before they were trained; accepted with " + TrainerSettings.ACCEPT_GAP;

  private final String topic;
  private final SortedMap<Integer, LogRange> log;
  private final GroupPositions passes;
  private final boolean acceptGap;
  private final List<LostRange> gaps = new ArrayList<>();

  /**
   * @param passes offsets committed after the newest version, on this topic only
   */
  StartFinder(
      String topic, SortedMap<Integer, LogRange> log, GroupPositions passes, boolean acceptGap) {
    this.topic = topic;
    this.log = log;
    this.passes = passes;
    this.acceptGap = acceptGap;
  }

  List<LostRange> gaps() {
    return gaps;
  }

  /** Finds the start of a partition that no version includes. */
  PartitionStart ofNewPartition(int partition) {
    LogRange extent = extent(partition);
    GroupPositions.Committed pass = passes.byPartition().get(partition);
    Position begin =
        Position.atRecord(partition, 1, pass == null ? extent.start() : pass.tag().from());
    PartitionStart start =
        withinLog(begin, pass == null ? begin : begin.movedTo(pass.offset(), 0), extent, 0, 0);
    if (start.begin().offset() > 0
        && gaps.stream().noneMatch(gap -> gap.getPartition() == partition)) {
      gaps.add(new LostRange(partition, 0L, start.begin().offset(), BEFORE_FIRST));
    }
    return start;
  }

  /**
   * Finds the start of a partition.
   *
   * @param covered where the version after the newest one begins
   * @param trainedTo where the newest version ended; after a restart, the records in between may be
   *     missing, because the model before has trained them
   * @param applies which tags move the position further
   */
  PartitionStart after(Position covered, Position trainedTo, Predicate<PositionTag> applies) {
    LogRange extent = extent(covered.partition());
    GroupPositions.Committed pass = passes.byPartition().get(covered.partition());
    if (pass == null || !applies.test(pass.tag()) || pass.offset() <= covered.offset()) {
      return withinLog(covered, covered, extent, covered.offset(), trainedTo.offset());
    }
    long from = pass.tag().from();
    Position begin = from > covered.offset() ? covered.movedTo(from, 0) : covered;
    PartitionStart start =
        withinLog(
            begin, covered.movedTo(pass.offset(), 0), extent, covered.offset(), trainedTo.offset());
    if (start.begin().equals(begin) && from > covered.offset()) {
      lost(
          covered.partition(),
          covered.offset(),
          from,
          from <= trainedTo.offset() ? NOT_AGAIN : ACCEPTED);
    }
    return start;
  }

  /**
   * Returns the bounds without deleted records, if gaps are accepted. The gap explains why the
   * bounds differ from the newest version's.
   */
  LogRange withinLog(LogRange bounds, int epoch) {
    LogRange extent = extent(bounds.partition());
    if (bounds.end() > extent.end()) {
      throw new RecordsLostException(
          topic, Position.atRecord(bounds.partition(), epoch, bounds.end()), extent);
    }
    if (bounds.start() >= extent.start() || bounds.start() == bounds.end()) {
      return bounds;
    }
    Position wanted = Position.atRecord(bounds.partition(), epoch, bounds.start());
    if (!acceptGap || bounds.end() <= extent.start()) {
      throw new RecordsLostException(topic, wanted, extent);
    }
    lost(
        bounds.partition(),
        bounds.start(),
        extent.start(),
        "deleted before epoch " + epoch + "; accepted with " + TrainerSettings.ACCEPT_GAP);
    return new LogRange(bounds.partition(), extent.start(), bounds.end());
  }

  private PartitionStart withinLog(
      Position begin, Position from, LogRange extent, long gapStart, long trainedTo) {
    if (from.offset() > extent.end()) {
      throw new RecordsLostException(topic, from, extent);
    }
    if (begin.offset() >= extent.start()) {
      return new PartitionStart(null, begin, from);
    }
    boolean lost = from.offset() < extent.start();
    boolean again = extent.start() <= trainedTo;
    if (lost && !acceptGap && !again) {
      throw new RecordsLostException(topic, from, extent);
    }
    Position afterGap = begin.movedTo(extent.start(), 0);
    lost(
        begin.partition(),
        gapStart,
        extent.start(),
        again ? NOT_AGAIN : lost ? ACCEPTED : ONLY_PASSED);
    return new PartitionStart(null, afterGap, lost ? afterGap : from);
  }

  /** Adds a gap once, even if this epoch and later ones lack the same offsets. */
  private void lost(int partition, long start, long end, String reason) {
    boolean known =
        gaps.stream()
            .anyMatch(
                gap ->
                    gap.getPartition() == partition
                        && gap.getStart() == start
                        && gap.getEnd() == end);
    if (!known) {
      gaps.add(new LostRange(partition, start, end, reason));
    }
  }

  private LogRange extent(int partition) {
    @Nullable LogRange extent = log.get(partition);
    if (extent == null) {
      throw new RunRefusedException(
          "the lineage contains partition " + partition + ", but topic " + topic + " does not");
    }
    return extent;
  }
}
