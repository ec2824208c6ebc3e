package dev.tidemill.trainer;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.trainer.divergence.DivergenceCause;
import dev.tidemill.trainer.divergence.DivergenceSettings;
import dev.tidemill.trainer.divergence.DivergenceState;
import dev.tidemill.trainer.divergence.ExcludedBatches;
import dev.tidemill.trainer.divergence.LossBound;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds that training has diverged, and which batches may have caused it: those of the first step
 * whose loss is too large or not finite. If that comes right behind batches that were left out
 * before, the step before them is blamed, too. Training thread.
 */
final class DivergenceWatch {
  private final DivergenceSettings settings;
  private final ModelSpec spec;
  private final TrainedRanges coverage;
  private final LossBound bound;
  private final double scale;
  private final List<ExcludedBatches> excluded;
  private final boolean keepsExcluded;
  private int rollbacks;
  private @Nullable Read previous;
  private @Nullable List<Position> open;
  private @Nullable Blame exceeding;
  private @Nullable Blame loudest;
  private double largestLoss = Double.NEGATIVE_INFINITY;

  /** The positions before and after the steps whose loss was read together. */
  private record Read(List<Position> begin, List<Position> end) {}

  /** A step that is suspected, and perhaps the one before it. */
  private record Blame(long step, List<Read> reads) {}

  /**
   * @param begin what the term begins with
   * @param diverged how often training has diverged since the newest version
   * @param bounded whether the run reads the records in several epochs
   */
  DivergenceWatch(
      DivergenceSettings settings,
      ModelSpec spec,
      TrainedRanges coverage,
      DivergenceState begin,
      int diverged,
      boolean bounded) {
    this.settings = settings;
    this.spec = spec;
    this.coverage = coverage;
    this.bound = new LossBound(settings.lossFactor(), begin);
    this.scale = begin.scale();
    this.excluded = new ArrayList<>(begin.excluded());
    this.keepsExcluded = bounded;
    this.rollbacks = Math.min(diverged, settings.rollbacks());
  }

  /** Whether the next divergence rolls back. */
  boolean rollsBack() {
    return rollbacks < settings.rollbacks();
  }

  /** Whether training has gone back to the newest version, and none was made since. */
  boolean hasRolledBack() {
    return rollbacks > 0;
  }

  /** Notes where a step begins. */
  void begin() {
    if (open == null) {
      open = coverage.positions();
    }
  }

  /** Adds a partition that is read from now on. */
  void addPartition(Position from) {
    if (open != null) {
      List<Position> more = new ArrayList<>(open);
      more.add(from);
      open = more;
    }
  }

  /**
   * Judges the loss of the steps since the last call, which have ended.
   *
   * @throws DivergedException if training has diverged
   */
  void measured(MetricSums sums, long step) {
    List<Position> begin = open;
    if (sums.samples() == 0 || begin == null) {
      requireFinite(sums, step);
      return;
    }
    open = null;
    Read read = new Read(begin, coverage.positions());
    boolean finite = Double.isFinite(sums.lossSum());
    boolean diverged = !finite || bound.add(sums.loss());
    if (!diverged && !bound.isExceeded()) {
      exceeding = null;
    } else if (exceeding == null) {
      exceeding = blame(step, read);
    }
    if (finite && sums.loss() > largestLoss) {
      largestLoss = sums.loss();
      loudest = blame(step, read);
    }
    previous = read;
    if (diverged) {
      throw diverged(
          finite
              ? "the loss is %s, and %d in a row exceeded %s"
                  .formatted(sums.loss(), LossBound.CONSECUTIVE, bound.limit())
              : "the loss is " + sums.loss(),
          finite ? DivergenceCause.LOSS_EXPLODED : DivergenceCause.LOSS_NOT_FINITE,
          finite && exceeding != null ? exceeding.step() : step);
    }
  }

  private void requireFinite(MetricSums sums, long step) {
    if (!Double.isFinite(sums.lossSum())) {
      throw diverged("the loss is " + sums.loss(), DivergenceCause.LOSS_NOT_FINITE, step);
    }
  }

  /** Whether the newest loss exceeds the bound: the next ones decide what it means. */
  boolean isSuspicious() {
    return bound.isExceeded();
  }

  /**
   * Requires that the newest loss is within the bound, because a version must be published now.
   *
   * @throws DivergedException if it is not
   */
  void requireSound() {
    if (bound.isExceeded() && exceeding != null) {
      throw diverged(
          "the loss exceeds %s when a version is due".formatted(bound.limit()),
          DivergenceCause.LOSS_EXPLODED,
          exceeding.step());
    }
  }

  /** Returns what is blamed if the weights of the next version are not finite. */
  Divergence suspect(long step) {
    long at = loudest == null ? step : loudest.step();
    return new Divergence(
        DivergenceCause.WEIGHTS_NOT_FINITE,
        at,
        batches(loudest, at, DivergenceCause.WEIGHTS_NOT_FINITE),
        coverage.starts());
  }

  /** Returns what the payload of the next version contains. */
  String state() {
    if (!keepsExcluded) {
      excluded.removeIf(
          range ->
              coverage.positions().stream()
                  .anyMatch(
                      at -> at.partition() == range.partition() && at.offset() >= range.end()));
    }
    return DivergenceState.of(bound, scale, excluded).text();
  }

  /** Begins the next version. */
  void cut() {
    rollbacks = 0;
    loudest = null;
    largestLoss = Double.NEGATIVE_INFINITY;
  }

  /** Forgets what the weights have done that an operator's rollback replaces. */
  void forgetNewest() {
    bound.forgetNewest();
    open = null;
    exceeding = null;
    loudest = null;
    largestLoss = Double.NEGATIVE_INFINITY;
    previous = null;
  }

  private DivergedException diverged(String fault, DivergenceCause cause, long step) {
    return new DivergedException(
        fault,
        spec,
        rollbacks,
        new Divergence(cause, step, batches(exceeding, step, cause), coverage.starts()));
  }

  private Blame blame(long step, Read read) {
    Read before = previous;
    return new Blame(
        step,
        before != null && leavesOutBetween(before, read) ? List.of(before, read) : List.of(read));
  }

  /** Whether batches are left out from the begin of one read to the end of another one. */
  private boolean leavesOutBetween(Read first, Read last) {
    for (ExcludedBatches range : excluded) {
      for (Position begin : first.begin()) {
        for (Position end : last.end()) {
          if (begin.partition() == range.partition()
              && end.partition() == range.partition()
              && end.epoch() == range.epoch()
              && begin.offset() < range.end()
              && range.start() < end.offset()) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** A step of a full batch holds all records, so none can be left out. */
  private List<ExcludedBatches> batches(@Nullable Blame blame, long step, DivergenceCause cause) {
    if (blame == null || spec.training().fullBatch()) {
      return List.of();
    }
    List<ExcludedBatches> ranges = new ArrayList<>();
    for (Read read : blame.reads()) {
      for (Position begin : read.begin()) {
        for (Position end : read.end()) {
          if (begin.partition() == end.partition() && begin.isBefore(end.offset(), end.sample())) {
            ranges.add(range(begin, end, step, cause));
          }
        }
      }
    }
    return ExcludedBatches.merge(ranges);
  }

  private static ExcludedBatches range(
      Position begin, Position end, long step, DivergenceCause cause) {
    return new ExcludedBatches(
        end.partition(),
        end.epoch(),
        begin.offset(),
        end.offset() + (end.sample() > 0 ? 1 : 0),
        step,
        cause);
  }
}
