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
 * Decides from the newest committed manifest and the log's extent where a trainer goes on, and
 * which run it is. Knows no Kafka.
 */
final class RunPlanner {
  private final String topic;
  private final int epochs;
  private final boolean exitAtEnd;
  private final SortedMap<Integer, Extent> log = new TreeMap<>();

  /**
   * @param epochs wanted; 0 for an endless run
   * @param exitAtEnd whether an endless run stops at the log's present end
   * @param log what each partition holds now
   */
  RunPlanner(String topic, int epochs, boolean exitAtEnd, List<Extent> log) {
    this.topic = topic;
    this.epochs = epochs;
    this.exitAtEnd = exitAtEnd;
    log.forEach(extent -> this.log.put(extent.partition(), extent));
  }

  /**
   * @param newest the lineage's newest manifest; null where there is none
   * @param converged whether its run has stopped improving
   * @throws NothingToTrainException if there is no lineage and no record
   * @throws RunRefusedException if what is wanted contradicts the unfinished run
   * @throws RecordsLostException if records that are to be trained are gone
   */
  RunPlan plan(@Nullable Checkpoint newest, boolean converged) {
    RunPlan plan = newest == null ? first() : next(newest, converged);
    if (plan instanceof RunPlan.Reading reading) {
      reading.from().forEach(this::requirePresent);
      if (reading.epochs() > reading.from().get(0).epoch()) {
        reading.bounds().forEach(bounds -> requirePresent(startOf(bounds, 1)));
      }
    }
    return plan;
  }

  /** Whether a bounded run's version ends where an epoch does. */
  static boolean isAtEpochEnd(Checkpoint manifest) {
    Map<Integer, Long> ends = new TreeMap<>();
    manifest.getBounds().forEach(bounds -> ends.put(bounds.getPartition(), bounds.getEnd()));
    return manifest.getEpochs() > 0
        && manifest.getPositions().stream()
            .allMatch(p -> p.getOffset() >= ends.getOrDefault(p.getPartition(), 0L));
  }

  private RunPlan first() {
    boolean empty = log.values().stream().allMatch(extent -> extent.start() == extent.end());
    if (empty && (epochs > 0 || exitAtEnd)) {
      throw new NothingToTrainException(topic);
    }
    return begin(1, log.values().stream().map(extent -> startOf(extent, 1)).toList());
  }

  private RunPlan next(Checkpoint newest, boolean converged) {
    List<Position> stood = newest.getPositions().stream().map(Position::of).toList();
    return newest.getEpochs() == 0 ? after(newest, stood) : ofBounded(newest, stood, converged);
  }

  private RunPlan ofBounded(Checkpoint newest, List<Position> stood, boolean converged) {
    Map<Integer, Extent> bounds = new TreeMap<>();
    newest.getBounds().forEach(b -> bounds.put(b.getPartition(), Extent.of(b)));
    int epoch = stood.stream().mapToInt(Position::epoch).max().orElse(1);
    boolean epochDone = isAtEpochEnd(newest);
    boolean runDone = epochDone && (converged || epoch >= newest.getEpochs());
    List<Extent> range = List.copyOf(bounds.values());
    if (runDone && (converged || epochs <= epoch)) {
      return after(newest, stood);
    }
    if (epochs == 0) {
      throw new RunRefusedException(
          unfinished(newest, epoch) + "; give --epochs " + newest.getEpochs() + " to finish it");
    }
    if (!epochDone && epochs < epoch) {
      throw new RunRefusedException(
          unfinished(newest, epoch) + ", which --epochs " + epochs + " would cut short");
    }
    if (epochDone && epochs <= epoch) {
      return after(newest, stood);
    }
    List<Position> from =
        epochDone ? range.stream().map(b -> startOf(b, epoch + 1)).toList() : stood;
    return new RunPlan.Bounded(newest.getRun(), false, from, range, epochs);
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
  private RunPlan after(Checkpoint newest, List<Position> stood) {
    List<Position> from = new ArrayList<>();
    stood.forEach(p -> from.add(new Position(p.partition(), 1, p.offset(), p.sample())));
    log.values().stream()
        .filter(extent -> from.stream().noneMatch(p -> p.partition() == extent.partition()))
        .forEach(extent -> from.add(startOf(extent, 1)));
    from.sort(Comparator.comparingInt(Position::partition));
    from.forEach(this::requirePresent);
    boolean nothingNew =
        from.stream().allMatch(p -> p.offset() == extent(log, p.partition()).end());
    if (nothingNew && (epochs > 0 || exitAtEnd)) {
      return new RunPlan.NothingNew(
          "nothing new on "
              + topic
              + ": version "
              + newest.getVersion()
              + " has trained all of it");
    }
    boolean sameEndless = newest.getEpochs() == 0 && epochs == 0;
    if (sameEndless) {
      return new RunPlan.Endless(newest.getRun(), false, List.copyOf(from), ends());
    }
    return begin(newest.getRun() + 1, List.copyOf(from));
  }

  private RunPlan begin(long run, List<Position> from) {
    if (epochs == 0) {
      return new RunPlan.Endless(run, true, from, ends());
    }
    // Where the former run ended within a record, its first samples were that run's: epoch 1 leaves
    // them out, and the later epochs, which begin with the whole record, train them as often as
    // all others in the end.
    List<Extent> bounds =
        from.stream()
            .map(p -> new Extent(p.partition(), p.offset(), extent(log, p.partition()).end()))
            .toList();
    return new RunPlan.Bounded(run, true, from, bounds, epochs);
  }

  private Map<Integer, Long> ends() {
    Map<Integer, Long> ends = new TreeMap<>();
    if (exitAtEnd) {
      log.values().forEach(extent -> ends.put(extent.partition(), extent.end()));
    }
    return ends;
  }

  private void requirePresent(Position wanted) {
    Extent there = extent(log, wanted.partition());
    if (wanted.offset() < there.start() || wanted.offset() > there.end()) {
      throw new RecordsLostException(topic, wanted, there);
    }
  }

  private Extent extent(Map<Integer, Extent> extents, int partition) {
    Extent extent = extents.get(partition);
    if (extent == null) {
      throw new RunRefusedException(
          "partition " + partition + " of " + topic + " is in the lineage, but not in the topic");
    }
    return extent;
  }

  private static Position startOf(Extent extent, int epoch) {
    return Position.atRecord(extent.partition(), epoch, extent.start());
  }
}
