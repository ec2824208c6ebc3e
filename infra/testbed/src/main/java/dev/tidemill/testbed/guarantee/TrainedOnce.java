package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.Batch;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Manifest;
import dev.tidemill.testbed.history.SamplePosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks G1: within each epoch of each run, and anew after each restart, the manifests' ranges
 * contain each committed sample on the log exactly once. A refused record is handled like a trained
 * one. A sample that a gap names need not be trained.
 *
 * <p>Also compares the samples that each version counts with those of its ranges. So it sees
 * records that a trainer left out or took from an aborted transaction, although the ranges pass
 * over them. It cannot do that for records that were deleted since, nor see a left out record in a
 * later epoch: there, batches of a replaced contract are left out without another dead letter.
 */
public final class TrainedOnce {
  private final History history;
  private final BatchLog log;
  private final List<Violation> violations = new ArrayList<>();

  private TrainedOnce(History history) {
    this.history = history;
    this.log = new BatchLog(history);
  }

  /**
   * Returns the samples that were trained twice, or not at all though the positions passed them.
   */
  public static List<Violation> check(History history) {
    TrainedOnce check = new TrainedOnce(history);
    ModelRun.of(history.versions()).forEach(check::checkRun);
    check.checkCounts();
    return check.violations;
  }

  /**
   * Returns the committed records after the newest positions, if they have more samples than may be
   * left.
   *
   * @param rest the largest number of samples that may be left, for example for an incomplete step
   */
  public static List<Violation> checkDrained(History history, long rest) {
    TrainedOnce check = new TrainedOnce(history);
    check.checkRest(rest);
    return check.violations;
  }

  private void checkRun(ModelRun run) {
    for (Map.Entry<Integer, Manifest.Position> end : run.last().positions().entrySet()) {
      int partition = end.getKey();
      int epochs = run.isBounded() ? end.getValue().epoch() : 1;
      for (int epoch = 1; epoch <= epochs; epoch++) {
        Coverage coverage = coverage(run, partition, epoch);
        for (Coverage.Span twice : coverage.overlaps()) {
          addTwice(partition, epoch, twice);
        }
        SamplePosition to = run.end(partition, epoch, end.getValue());
        for (Coverage.Span hole : coverage.holes(run.begin(partition, epoch), to)) {
          addLost(run.last(), partition, epoch, hole);
        }
      }
    }
  }

  private static Coverage coverage(ModelRun run, int partition, int epoch) {
    Coverage coverage = new Coverage();
    if (epoch == 1) {
      coverage.add(
          new Coverage.Span(
              SamplePosition.at(0), run.begin(partition), "what precedes run " + run.last().run()));
    }
    for (Manifest version : run.versions()) {
      for (Manifest.Range range : version.ranges()) {
        if (range.partition() == partition && range.epoch() == epoch) {
          coverage.add(
              new Coverage.Span(range.start(), range.end(), "version " + version.version()));
        }
      }
      for (Manifest.Gap gap : version.gaps()) {
        if (gap.partition() == partition) {
          coverage.addGap(
              new Coverage.Span(
                  SamplePosition.at(gap.start()), SamplePosition.at(gap.end()), "a gap"));
        }
      }
    }
    return coverage;
  }

  private void addTwice(int partition, int epoch, Coverage.Span twice) {
    for (BatchLog.Part part : log.committed(partition, twice.start(), twice.end())) {
      add(
          Anomaly.DUPLICATE,
          part.where(),
          "%d samples were trained by %s, in epoch %d"
              .formatted(part.samples(), twice.by(), epoch));
    }
  }

  private void addLost(Manifest last, int partition, int epoch, Coverage.Span hole) {
    for (BatchLog.Part part : log.committed(partition, hole.start(), hole.end())) {
      add(
          Anomaly.LOST_WRITE,
          part.where(),
          "%d samples are in no range of epoch %d up to version %d"
              .formatted(part.samples(), epoch, last.version()));
    }
    long first = history.firstOffset(last.topic(), partition);
    if (hole.start().isBefore(SamplePosition.at(first))) {
      add(
          Anomaly.LOST_WRITE,
          "%s-%d@%d".formatted(last.topic(), partition, hole.start().offset()),
          "was deleted, and is in no range or gap of epoch %d up to version %d"
              .formatted(epoch, last.version()));
    }
  }

  private void checkCounts() {
    Map<Long, Manifest> before = new HashMap<>();
    for (Manifest version : history.versions()) {
      before.put(version.version(), version);
      Manifest parent = before.get(version.version() - 1);
      if ((version.version() == 1 || parent != null) && !readsDeleted(version)) {
        checkCount(version, version.samples() - (parent == null ? 0 : parent.samples()));
      }
    }
  }

  private boolean readsDeleted(Manifest version) {
    return version.ranges().stream()
        .anyMatch(
            range ->
                range.start().offset() < history.firstOffset(version.topic(), range.partition()));
  }

  private void checkCount(Manifest version, long counted) {
    long least = 0;
    long most = 0;
    List<Batch> uncommitted = new ArrayList<>();
    for (Manifest.Range range : version.ranges()) {
      for (BatchLog.Part part : log.parts(range.partition(), range.start(), range.end())) {
        Batch batch = part.batch();
        if (!batch.committed()) {
          uncommitted.add(batch);
        } else if (batch.readable()) {
          boolean refused = log.isRefused(batch);
          least += refused || range.epoch() > 1 ? 0 : part.samples();
          // A model that began later may accept what an earlier one refused.
          most += refused && version.root() == 1 ? 0 : part.samples();
        }
      }
    }
    if (counted < least) {
      add(
          Anomaly.LOST_WRITE,
          version.where(),
          "counts %d new samples, but its ranges have %d".formatted(counted, least));
    } else if (counted > most && !uncommitted.isEmpty()) {
      add(
          Anomaly.ABORTED_READ,
          uncommitted.get(0).at().toString(),
          "version %d counts %d new samples, but its ranges have %d committed ones, and this record"
                  .formatted(version.version(), counted, most)
              + " was aborted");
    } else if (counted > most) {
      add(
          Anomaly.DUPLICATE,
          version.where(),
          "counts %d new samples, but its ranges have %d".formatted(counted, most));
    }
  }

  private void checkRest(long allowed) {
    List<Manifest> versions = history.versions();
    Map<Integer, SamplePosition> ends = new HashMap<>();
    if (!versions.isEmpty()) {
      Manifest newest = versions.get(versions.size() - 1);
      newest
          .positions()
          .forEach((partition, at) -> ends.put(partition, end(newest, partition, at)));
    }
    List<BatchLog.Part> rest = new ArrayList<>();
    for (int partition : log.partitions()) {
      log
          .committed(
              partition,
              ends.getOrDefault(partition, SamplePosition.at(0)),
              SamplePosition.at(Long.MAX_VALUE))
          .stream()
          .filter(part -> part.batch().readable() && !log.isRefused(part.batch()))
          .forEach(rest::add);
    }
    long samples = rest.stream().mapToLong(BatchLog.Part::samples).sum();
    if (samples > allowed) {
      add(
          Anomaly.LOST_WRITE,
          rest.get(0).where(),
          "%d samples from here on are not trained; at most %d may be left"
              .formatted(samples, allowed));
    }
  }

  /** Returns where the last epoch has got to. */
  private static SamplePosition end(Manifest newest, int partition, Manifest.Position at) {
    Manifest.Bounds bounds = newest.bounds().get(partition);
    if (bounds == null || at.epoch() == newest.epochs()) {
      return at.sample();
    }
    return SamplePosition.at(at.epoch() < newest.epochs() ? bounds.start() : bounds.end());
  }

  private void add(Anomaly anomaly, String where, String text) {
    violations.add(new Violation(Guarantee.G1, anomaly, where, text));
  }
}
