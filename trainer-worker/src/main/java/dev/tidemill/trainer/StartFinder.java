package dev.tidemill.trainer;

import dev.tidemill.schemas.LostRange;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a partition is read on, from the manifest's position, the group's offset and what the
 * log still holds; and gathers gaps. Knows no Kafka; used for one plan.
 */
final class StartFinder {
  static final String BEFORE_FIRST = "deleted before the first version that includes the partition";
  private static final String ONLY_PASSED =
      "deleted after they were passed: refused records and transaction markers";
  private static final String ACCEPTED =
      "deleted before they were trained; accepted with " + TrainerSettings.ACCEPT_GAP;

  private final String topic;
  private final SortedMap<Integer, LogRange> log;
  private final GroupPositions passes;
  private final boolean acceptGap;
  private final List<LostRange> gaps = new ArrayList<>();

  /**
   * @param passes of the newest version and this topic only
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

  /** Of a partition that no version includes. */
  PartitionStart ofNew(int partition) {
    LogRange there = extent(partition);
    GroupPositions.Committed pass = passes.byPartition().get(partition);
    Position begin =
        Position.atRecord(partition, 1, pass == null ? there.start() : pass.tag().from());
    PartitionStart start =
        present(begin, pass == null ? begin : begin.movedTo(pass.offset(), 0), there, 0);
    if (start.begin().offset() > 0
        && gaps.stream().noneMatch(gap -> gap.getPartition() == partition)) {
      gaps.add(new LostRange(partition, 0L, start.begin().offset(), BEFORE_FIRST));
    }
    return start;
  }

  /**
   * Of a partition that the newest version has read to a position.
   *
   * @param applies which tags move it further
   */
  PartitionStart after(Position covered, Predicate<PositionTag> applies) {
    LogRange there = extent(covered.partition());
    GroupPositions.Committed pass = passes.byPartition().get(covered.partition());
    if (pass == null || !applies.test(pass.tag()) || pass.offset() <= covered.offset()) {
      return present(covered, covered, there, covered.offset());
    }
    long from = pass.tag().from();
    Position begin = from > covered.offset() ? covered.movedTo(from, 0) : covered;
    PartitionStart start =
        present(begin, covered.movedTo(pass.offset(), 0), there, covered.offset());
    if (start.begin().equals(begin) && from > covered.offset()) {
      lost(covered.partition(), covered.offset(), from, ACCEPTED);
    }
    return start;
  }

  /**
   * The same bounds, without records that are gone, if that is accepted. The gap says why the
   * bounds are others than the newest version's.
   */
  LogRange present(LogRange bounds, int epoch) {
    LogRange there = extent(bounds.partition());
    if (bounds.end() > there.end()) {
      throw new RecordsLostException(
          topic, Position.atRecord(bounds.partition(), epoch, bounds.end()), there);
    }
    if (bounds.start() >= there.start() || bounds.start() == bounds.end()) {
      return bounds;
    }
    Position wanted = Position.atRecord(bounds.partition(), epoch, bounds.start());
    if (!acceptGap || bounds.end() <= there.start()) {
      throw new RecordsLostException(topic, wanted, there);
    }
    lost(
        bounds.partition(),
        bounds.start(),
        there.start(),
        "deleted before epoch " + epoch + "; accepted with " + TrainerSettings.ACCEPT_GAP);
    return new LogRange(bounds.partition(), there.start(), bounds.end());
  }

  private PartitionStart present(Position begin, Position from, LogRange there, long gapStart) {
    if (from.offset() > there.end()) {
      throw new RecordsLostException(topic, from, there);
    }
    if (begin.offset() >= there.start()) {
      return new PartitionStart(null, begin, from);
    }
    boolean lost = from.offset() < there.start();
    if (lost && !acceptGap) {
      throw new RecordsLostException(topic, from, there);
    }
    Position behind = begin.movedTo(there.start(), 0);
    lost(begin.partition(), gapStart, there.start(), lost ? ACCEPTED : ONLY_PASSED);
    return new PartitionStart(null, behind, lost ? behind : from);
  }

  /** The same offsets may be gone for this epoch and for the next ones: one gap tells both. */
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
          "partition " + partition + " of " + topic + " is in the lineage, but not in the topic");
    }
    return extent;
  }
}
