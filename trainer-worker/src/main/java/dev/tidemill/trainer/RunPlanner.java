package dev.tidemill.trainer;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Restart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides which run a trainer trains, and where it starts. Inputs are the newest committed
 * manifest, the group's offsets and the extent of the log. Does no I/O; creates one plan.
 */
final class RunPlanner {
  private final String topic;
  private final int epochs;
  private final boolean exitAtEnd;
  private final SortedMap<Integer, LogRange> log = new TreeMap<>();
  private final GroupPositions passes;
  private final StartFinder starts;

  /**
   * @param epochs requested; 0 for an endless run
   * @param exitAtEnd whether an endless run stops at the current end of the log
   * @param acceptGap whether to skip records that were deleted before they were trained
   * @param log the offsets that each partition holds now
   * @param passes offsets committed after the newest version, on this topic
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
   * Plans the run.
   *
   * @param newest the newest manifest of the lineage; null if there is none
   * @param converged whether the run of that manifest has converged
   * @throws NothingToTrainException if there is no lineage and no record
   * @throws RunRefusedException if the settings contradict the unfinished run
   * @throws RecordsLostException if records to train were deleted
   */
  RunPlan plan(@Nullable Checkpoint newest, boolean converged) {
    if (newest == null) {
      return firstRun();
    }
    return newest.getEpochs() == 0 ? continueAfter(newest) : afterBounded(newest, converged);
  }

  /** Whether the manifest of a bounded run, moved by passes, is at the end of its epoch. */
  boolean isAtEpochEnd(Checkpoint newest) {
    return newest.getEpochs() > 0 && isAtEnd(newest, reached(newest));
  }

  private RunPlan firstRun() {
    List<PartitionStart> all = log.keySet().stream().map(starts::ofNewPartition).toList();
    if (isNothingNew(all)) {
      throw NothingToTrainException.on(topic, passes.refused());
    }
    return begin(1, new ResumePoint(all, starts.gaps(), List.of()));
  }

  private RunPlan afterBounded(Checkpoint newest, boolean converged) {
    int epoch = newest.getPositions().stream().mapToInt(p -> p.getEpoch()).max().orElse(1);
    boolean epochDone = isAtEnd(newest, reached(newest));
    boolean runDone = epochDone && (converged || epoch >= newest.getEpochs());
    if ((runDone && (converged || epochs <= epoch))
        || (epochDone && epochs > 0 && epochs <= epoch)) {
      return continueAfter(newest);
    }
    if (epochs == 0) {
      throw new RunRefusedException(
          unfinished(newest, epoch) + "; set --epochs " + newest.getEpochs() + " to finish it");
    }
    if (epochs < epoch) {
      throw new RunRefusedException(
          unfinished(newest, epoch) + "; --epochs " + epochs + " would end it before that epoch");
    }
    return continueRun(newest, epoch, epochDone);
  }

  private RunPlan continueRun(Checkpoint newest, int epoch, boolean epochDone) {
    List<LogRange> bounds = newest.getBounds().stream().map(LogRange::of).toList();
    if (epochDone || epochs > epoch) {
      bounds = bounds.stream().map(b -> starts.withinLog(b, epoch + 1)).toList();
    }
    List<PartitionStart> from = new ArrayList<>();
    for (Position trainedTo : positions(newest)) {
      if (epochDone) {
        PartitionStart reached = new PartitionStart(null, trainedTo, reached(newest, trainedTo));
        from.add(reached.inEpoch(startOf(bounds, trainedTo.partition(), epoch + 1)));
      } else {
        from.add(starts.after(trainedTo, trainedTo, tag -> isOfEpoch(tag, newest, trainedTo)));
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
        + " is in epoch "
        + epoch
        + " of "
        + newest.getEpochs();
  }

  /** Continues after all trained samples, in the same endless run or in a new run. */
  private RunPlan continueAfter(Checkpoint newest) {
    List<PartitionStart> from = new ArrayList<>();
    List<String> changes = new ArrayList<>();
    for (Position trainedTo : positions(newest)) {
      Position first =
          new Position(trainedTo.partition(), 1, trainedTo.offset(), trainedTo.sample());
      from.add(starts.after(begin(newest, first), first, tag -> tag.run() >= newest.getRun()));
    }
    for (int partition : log.keySet()) {
      if (from.stream().noneMatch(start -> start.partition() == partition)) {
        from.add(starts.ofNewPartition(partition));
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
              + " already covers all of it");
    }
    ResumePoint resumption = new ResumePoint(from, starts.gaps(), changes);
    boolean sameEndless = newest.getEpochs() == 0 && epochs == 0;
    return sameEndless
        ? new RunPlan.Endless(newest.getRun(), false, resumption, ends())
        : begin(newest.getRun() + 1, resumption);
  }

  /** Returns where the version after the newest one begins in the partition of a position. */
  private static Position begin(Checkpoint newest, Position trainedTo) {
    @Nullable Restart restart = newest.getRestart();
    return restart == null
        ? trainedTo
        : restart.getPositions().stream()
            .filter(at -> at.getPartition() == trainedTo.partition())
            .map(Position::of)
            .findFirst()
            .orElse(trainedTo);
  }

  private boolean isNothingNew(List<PartitionStart> from) {
    boolean atEnd =
        from.stream()
            .allMatch(
                start -> {
                  LogRange extent = log.get(start.partition());
                  return extent != null && start.from().offset() == extent.end();
                });
    return atEnd && (epochs > 0 || exitAtEnd);
  }

  private RunPlan begin(long run, ResumePoint resumption) {
    if (epochs == 0) {
      return new RunPlan.Endless(run, true, resumption, ends());
    }
    // If the previous run ended within a record, it trained the first samples of that record.
    // Epoch 1 skips them, and later epochs start with the whole record. So the two runs together
    // train each sample equally often.
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
    LogRange extent = log.get(partition);
    return extent == null ? 0 : extent.end();
  }

  private static List<Position> positions(Checkpoint newest) {
    return newest.getPositions().stream().map(Position::of).toList();
  }

  /** Returns the manifest's positions, moved by later passes in the same epoch. */
  private List<Position> reached(Checkpoint newest) {
    return positions(newest).stream().map(trainedTo -> reached(newest, trainedTo)).toList();
  }

  private Position reached(Checkpoint newest, Position trainedTo) {
    GroupPositions.Committed pass = passes.byPartition().get(trainedTo.partition());
    return pass != null
            && isOfEpoch(pass.tag(), newest, trainedTo)
            && pass.offset() > trainedTo.offset()
        ? trainedTo.movedTo(pass.offset(), 0)
        : trainedTo;
  }

  private static boolean isOfEpoch(PositionTag tag, Checkpoint newest, Position trainedTo) {
    return tag.run() == newest.getRun() && tag.epoch() == trainedTo.epoch();
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
            () ->
                new RunRefusedException(
                    "the bounds of the run do not contain partition " + partition));
  }
}
