package dev.tidemill.trainer;

import dev.tidemill.schemas.Checkpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides from the newest committed manifest, the group's offsets and the log's extent where a
 * trainer goes on, and which run it is. Knows no Kafka; used for one plan.
 */
final class RunPlanner {
  private final String topic;
  private final int epochs;
  private final boolean exitAtEnd;
  private final SortedMap<Integer, LogRange> log = new TreeMap<>();
  private final GroupPositions passes;
  private final StartFinder starts;

  /**
   * @param epochs wanted; 0 for an endless run
   * @param exitAtEnd whether an endless run stops at the log's present end
   * @param acceptGap whether records that are gone are left out
   * @param log what each partition holds now
   * @param passes commits after the newest version, on this topic
   */
  RunPlanner(
      String topic,
      int epochs,
      boolean exitAtEnd,
      boolean acceptGap,
      List<LogRange> log,
      GroupPositions passes) {
    this.topic = topic;
    this.epochs = epochs;
    this.exitAtEnd = exitAtEnd;
    log.forEach(extent -> this.log.put(extent.partition(), extent));
    this.passes = passes;
    this.starts = new StartFinder(topic, this.log, passes, acceptGap);
  }

  /**
   * @param newest the lineage's newest manifest; null where there is none
   * @param converged whether its run has stopped improving
   * @throws NothingToTrainException if there is no lineage and no record
   * @throws RunRefusedException if what is wanted contradicts the unfinished run
   * @throws RecordsLostException if records that are to be trained are gone
   */
  RunPlan plan(@Nullable Checkpoint newest, boolean converged) {
    if (newest == null) {
      return first();
    }
    return newest.getEpochs() == 0 ? after(newest) : ofBounded(newest, converged);
  }

  /** Whether a bounded run's version, with what was passed since, ends where an epoch does. */
  boolean isAtEpochEnd(Checkpoint newest) {
    return newest.getEpochs() > 0 && isAtEnd(newest, reached(newest));
  }

  private RunPlan first() {
    List<PartitionStart> all = log.keySet().stream().map(starts::ofNew).toList();
    if (isNothingNew(all)) {
      throw NothingToTrainException.on(topic, passes.refused());
    }
    return begin(1, new ResumePoint(all, starts.gaps(), List.of()));
  }

  private RunPlan ofBounded(Checkpoint newest, boolean converged) {
    int epoch = newest.getPositions().stream().mapToInt(p -> p.getEpoch()).max().orElse(1);
    boolean epochDone = isAtEnd(newest, reached(newest));
    boolean runDone = epochDone && (converged || epoch >= newest.getEpochs());
    if ((runDone && (converged || epochs <= epoch))
        || (epochDone && epochs > 0 && epochs <= epoch)) {
      return after(newest);
    }
    if (epochs == 0) {
      throw new RunRefusedException(
          unfinished(newest, epoch) + "; give --epochs " + newest.getEpochs() + " to finish it");
    }
    if (epochs < epoch) {
      throw new RunRefusedException(
          unfinished(newest, epoch) + ", which --epochs " + epochs + " would cut short");
    }
    return onward(newest, epoch, epochDone);
  }

  private RunPlan onward(Checkpoint newest, int epoch, boolean epochDone) {
    List<LogRange> bounds = newest.getBounds().stream().map(LogRange::of).toList();
    if (epochDone || epochs > epoch) {
      bounds = bounds.stream().map(b -> starts.present(b, epoch + 1)).toList();
    }
    List<PartitionStart> from = new ArrayList<>();
    for (Position stood : positions(newest)) {
      if (epochDone) {
        PartitionStart reached = new PartitionStart(null, stood, reached(newest, stood));
        from.add(reached.inEpoch(startOf(bounds, stood.partition(), epoch + 1)));
      } else {
        from.add(starts.after(stood, tag -> isOfEpoch(tag, newest, stood)));
      }
    }
    return new RunPlan.Bounded(
        newest.getRun(), false, new ResumePoint(from, starts.gaps(), List.of()), bounds, epochs);
  }

  private static String unfinished(Checkpoint newest, int epoch) {
    return "run "
        + newest.getRun()
        + " of model "
        + newest.getModel()
        + " stands in epoch "
        + epoch
        + " of "
        + newest.getEpochs();
  }

  /** Goes on behind what was trained: the same endless run, or the next run. */
  private RunPlan after(Checkpoint newest) {
    List<PartitionStart> from = new ArrayList<>();
    List<String> changes = new ArrayList<>();
    for (Position stood : positions(newest)) {
      Position first = new Position(stood.partition(), 1, stood.offset(), stood.sample());
      from.add(starts.after(first, tag -> tag.run() >= newest.getRun()));
    }
    for (int partition : log.keySet()) {
      if (from.stream().noneMatch(start -> start.partition() == partition)) {
        from.add(starts.ofNew(partition));
        changes.add("partition " + partition + " of " + topic + " was added");
      }
    }
    from.sort(Comparator.comparingInt(PartitionStart::partition));
    if (isNothingNew(from)) {
      return new RunPlan.NothingNew(
          "nothing new on "
              + topic
              + ": version "
              + newest.getVersion()
              + " has trained all of it");
    }
    ResumePoint resumption = new ResumePoint(from, starts.gaps(), changes);
    boolean sameEndless = newest.getEpochs() == 0 && epochs == 0;
    return sameEndless
        ? new RunPlan.Endless(newest.getRun(), false, resumption, ends())
        : begin(newest.getRun() + 1, resumption);
  }

  private boolean isNothingNew(List<PartitionStart> from) {
    boolean atEnd =
        from.stream()
            .allMatch(
                start -> {
                  LogRange there = log.get(start.partition());
                  return there != null && start.from().offset() == there.end();
                });
    return atEnd && (epochs > 0 || exitAtEnd);
  }

  private RunPlan begin(long run, ResumePoint resumption) {
    if (epochs == 0) {
      return new RunPlan.Endless(run, true, resumption, ends());
    }
    // Where the former run ended within a record, its first samples were that run's: epoch 1 leaves
    // them out, and the later epochs, which begin with the whole record, train them as often as
    // all others in the end.
    List<LogRange> bounds =
        resumption.starts().stream()
            .map(s -> new LogRange(s.partition(), s.begin().offset(), end(s.partition())))
            .toList();
    return new RunPlan.Bounded(run, true, resumption, bounds, epochs);
  }

  private Map<Integer, Long> ends() {
    Map<Integer, Long> ends = new TreeMap<>();
    if (exitAtEnd) {
      log.values().forEach(extent -> ends.put(extent.partition(), extent.end()));
    }
    return ends;
  }

  private long end(int partition) {
    LogRange there = log.get(partition);
    return there == null ? 0 : there.end();
  }

  private static List<Position> positions(Checkpoint newest) {
    return newest.getPositions().stream().map(Position::of).toList();
  }

  /** The manifest's positions, moved by what was passed since in the same epoch. */
  private List<Position> reached(Checkpoint newest) {
    return positions(newest).stream().map(stood -> reached(newest, stood)).toList();
  }

  private Position reached(Checkpoint newest, Position stood) {
    GroupPositions.Committed pass = passes.byPartition().get(stood.partition());
    return pass != null && isOfEpoch(pass.tag(), newest, stood) && pass.offset() > stood.offset()
        ? stood.movedTo(pass.offset(), 0)
        : stood;
  }

  private static boolean isOfEpoch(PositionTag tag, Checkpoint newest, Position stood) {
    return tag.run() == newest.getRun() && tag.epoch() == stood.epoch();
  }

  private static boolean isAtEnd(Checkpoint newest, List<Position> reached) {
    Map<Integer, Long> ends = new TreeMap<>();
    newest.getBounds().forEach(bounds -> ends.put(bounds.getPartition(), bounds.getEnd()));
    return reached.stream().allMatch(p -> p.offset() >= ends.getOrDefault(p.partition(), 0L));
  }

  private static Position startOf(List<LogRange> bounds, int partition, int epoch) {
    return bounds.stream()
        .filter(b -> b.partition() == partition)
        .map(b -> Position.atRecord(partition, epoch, b.start()))
        .findFirst()
        .orElseThrow(
            () -> new RunRefusedException("partition " + partition + " has no bounds in the run"));
  }
}
