package dev.tidemill.trainer;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.ReadPosition;
import dev.tidemill.schemas.Restart;
import dev.tidemill.trainer.drift.DriftReport;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a new model begins after a change: where the newest step ended that trained nothing
 * from after it. Training thread.
 */
final class Restarts {
  static final String TOO_LATE =
      "the change began earlier, but where the partitions were then is not known any more";

  private static final int MOVES = 1 << 16;

  private final TrainedRanges coverage;
  private final Consumer<String> notices;
  private final Optional<PositionHistory> history;
  private long samples;

  private Restarts(
      TrainedRanges coverage,
      Consumer<String> notices,
      Optional<PositionHistory> history,
      long samples) {
    this.coverage = coverage;
    this.notices = notices;
    this.history = history;
    this.samples = samples;
  }

  /** No change begins a new model. */
  static Restarts never(TrainedRanges coverage) {
    return new Restarts(coverage, notice -> {}, Optional.empty(), 0);
  }

  /**
   * Remembers where steps end.
   *
   * @param versions of the lineage that are known, by ascending version
   * @param root of the model that the term trains; the versions of others are left out
   * @param samples trained before the term
   * @param notices receives where a new model begins, in one sentence
   */
  static Restarts after(
      Collection<Checkpoint> versions,
      long root,
      TrainedRanges coverage,
      long samples,
      Consumer<String> notices) {
    Deque<Checkpoint> known =
        versions.stream()
            .filter(version -> version.getRoot() == root && version.getEpochs() == 0)
            .collect(Collectors.toCollection(ArrayDeque::new));
    @Nullable Checkpoint first = known.poll();
    PositionHistory history =
        first == null
            ? new PositionHistory(MOVES, samples, coverage.positions())
            : new PositionHistory(MOVES, first.getSamples(), positions(first));
    for (Checkpoint version : known) {
      // A partition that was added begins where its first range does.
      version.getRanges().forEach(range -> history.begin(begin(range)));
      history.add(version.getSamples(), positions(version));
    }
    coverage.starts().forEach(start -> history.begin(start.begin()));
    history.add(samples, coverage.positions());
    return new Restarts(coverage, notices, Optional.of(history), samples);
  }

  private static List<Position> positions(Checkpoint version) {
    return version.getPositions().stream().map(Position::of).toList();
  }

  private static Position begin(OffsetRange range) {
    return new Position(
        range.getPartition(), range.getEpoch(), range.getStartOffset(), range.getStartSample());
  }

  /** Adds a partition that is read from now on. */
  void addPartition(Position start) {
    history.ifPresent(of -> of.begin(start));
  }

  /** Adds a step that has ended. */
  void trained(int more) {
    samples += more;
    if (history.isPresent()) {
      history.get().add(samples, coverage.positions());
    }
  }

  /** Returns where the next version begins a new model; empty if it continues. */
  Optional<Restart> of(List<DriftReport> reports) {
    return reports.stream().filter(DriftReport::restarts).findFirst().flatMap(this::of);
  }

  private Optional<Restart> of(DriftReport report) {
    return history.map(of -> restart(report, of.at(report.drift().began())));
  }

  private Restart restart(DriftReport report, PositionHistory.Found begin) {
    Restart restart =
        new Restart(
            begin.positions().stream().map(Position::toManifest).toList(),
            samples - begin.samples(),
            report.drift().describe() + (begin.isLater() ? "; " + TOO_LATE : ""));
    notices.accept(
        "retrains: after the next version, %s. These are up to %,d records%s"
            .formatted(
                describe(restart),
                records(begin.positions()),
                begin.isLater() ? "; " + TOO_LATE : ""));
    return restart;
  }

  /** Returns the number of offsets between the positions and the present ones. */
  private long records(List<Position> from) {
    return from.stream()
        .mapToLong(
            at -> {
              Position now = coverage.position(at.partition());
              return now.offset() - at.offset() + (now.sample() > 0 ? 1 : 0);
            })
        .sum();
  }

  /** Says what a restart does. */
  static String describe(Restart restart) {
    return String.format(
        Locale.ROOT,
        "a new model begins with fresh parameters at %s, and trains %,d samples again",
        describe(restart.getPositions()),
        restart.getSamples());
  }

  /** Lists positions for an operator. */
  static String describe(List<ReadPosition> positions) {
    return positions.stream()
        .map(
            at ->
                "partition "
                    + at.getPartition()
                    + " offset "
                    + at.getOffset()
                    + (at.getSample() == 0 ? "" : " sample " + at.getSample()))
        .collect(Collectors.joining(", "));
  }
}
