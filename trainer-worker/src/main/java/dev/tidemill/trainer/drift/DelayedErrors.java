package dev.tidemill.trainer.drift;

import dev.tidemill.evaluation.Comparison;
import dev.tidemill.evaluation.JoinCounts;
import dev.tidemill.evaluation.JoinLimits;
import dev.tidemill.evaluation.LabelJoin;
import dev.tidemill.evaluation.RecordAt;
import dev.tidemill.evaluation.drift.DetectorKind;
import dev.tidemill.evaluation.drift.DriftDetector;
import dev.tidemill.evaluation.drift.DriftDetector.Change;
import dev.tidemill.schemas.DriftSignal;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Watches the error of served answers: joins labels with predictions, and feeds a detector with
 * each comparison. One thread adds records, and the training thread takes changes and the state.
 * All methods may be called by any thread; none does I/O.
 */
public final class DelayedErrors {
  private static final JoinLimits LIMITS = JoinLimits.FOLLOWING;

  /** Comparisons by which the estimated begin of a change may be late. */
  private static final int UNCERTAIN = 32;

  private final DetectorKind kind;
  private final DriftDetector detector;
  private final Supplier<List<Double>> deviations;
  private final LabelMarks marks = new LabelMarks();
  private final Queue<Drift> found = new ArrayDeque<>();
  private final SortedMap<Integer, Long> labels = new TreeMap<>();
  private final SortedMap<Integer, Long> predictions = new TreeMap<>();
  private LabelJoin join = new LabelJoin(LIMITS, this::compared);
  private LabelPositions begun = LabelPositions.NONE;
  private String labelsId = "";
  private String predictionsId = "";
  private Instant time = Instant.EPOCH;
  private Instant adding = Instant.EPOCH;
  private final LongAdder unreadable = new LongAdder();
  private volatile boolean hasFound;
  private volatile long trained;

  /**
   * @param deviations returns the unit of each target; asked for a regression only
   */
  public DelayedErrors(DetectorKind kind, Supplier<List<Double>> deviations) {
    this.kind = kind;
    this.detector = kind.create(1);
    this.deviations = deviations;
  }

  /**
   * Begins to read the topics. The join begins anew, so records of before {@link #seen} must be
   * added again.
   *
   * @return whether the detector goes on; otherwise what it had seen are other topics, and it
   *     begins anew
   */
  public synchronized boolean begin(String labelsTopic, String predictionsTopic) {
    LabelPositions before = seen();
    boolean goesOn = before.isEmpty() || before.areOf(labelsTopic, predictionsTopic);
    if (!goesOn) {
      forget();
    }
    begun = seen();
    labelsId = labelsTopic;
    predictionsId = predictionsTopic;
    join = new LabelJoin(LIMITS, this::compared);
    return goesOn;
  }

  /** Forgets all, because the topics no longer hold what was seen. */
  public synchronized void forget() {
    detector.reset();
    begun = LabelPositions.NONE;
    set(LabelPositions.NONE);
  }

  private void set(LabelPositions positions) {
    labelsId = positions.labelsId();
    predictionsId = positions.predictionsId();
    time = positions.time();
    labels.clear();
    labels.putAll(positions.labels());
    predictions.clear();
    predictions.putAll(positions.predictions());
  }

  /** Returns how far the detector has seen the topics. */
  public synchronized LabelPositions seen() {
    return labels.isEmpty() && predictions.isEmpty()
        ? LabelPositions.NONE
        : new LabelPositions(labelsId, predictionsId, time, labels, predictions);
  }

  /** Returns how long a record waits for the other one, at most. */
  public static Duration maxWait() {
    return LIMITS.maxWait();
  }

  /** Returns how many records wait, at most. */
  public static int maxRecords() {
    return LIMITS.records();
  }

  /**
   * Adds a prediction.
   *
   * @param written its timestamp
   */
  public synchronized void add(Prediction prediction, RecordAt at, Instant written) {
    read(predictions, at, written);
    join.add(prediction, at, written);
  }

  /**
   * Adds a label.
   *
   * @param written its timestamp
   */
  public synchronized void add(Label label, RecordAt at, Instant written) {
    read(labels, at, written);
    join.add(label, at, written);
  }

  private void read(SortedMap<Integer, Long> topic, RecordAt at, Instant written) {
    topic.merge(at.partition(), at.offset() + 1, Math::max);
    time = written.isAfter(time) ? written : time;
    adding = written;
  }

  private void compared(Comparison of) {
    RecordAt label = of.label();
    RecordAt prediction = of.prediction();
    marks.add(label, of.version(), adding.toEpochMilli(), trained);
    // The others were compared before, and only rebuild the join.
    if (begun.isNew(
        label.partition(), label.offset(), prediction.partition(), prediction.offset())) {
      double error = of.error(of.correct() == null ? deviations.get() : List.of());
      detector.add(error, 1).ifPresent(this::found);
    }
  }

  private void found(Change change) {
    long since = change.samplesSince();
    int at = marks.find(since);
    long before = since + UNCERTAIN;
    found.add(
        new Drift(
            DriftSignal.DELAYED,
            null,
            kind.word(),
            marks.label(at).partition(),
            marks.label(at).offset(),
            !marks.knows(since),
            marks.trained(at),
            trained,
            change.before(),
            change.after(),
            new DelayedChange(
                labelsId,
                marks.knows(since + 1) ? marks.version(marks.find(before)) : 0,
                since,
                Instant.ofEpochMilli(marks.time(at)),
                Collections.unmodifiableSortedMap(new TreeMap<>(labels)))));
    // So the positions in the event are all that a resumed trainer needs.
    detector.reset();
    hasFound = true;
  }

  /** Says how many samples were trained since the lineage began. */
  void trained(long samples) {
    trained = samples;
  }

  /** Passes on the changes that were found. If there is none, it takes no lock. */
  void take(Consumer<Drift> to) {
    if (hasFound) {
      takeAll(to);
    }
  }

  private synchronized void takeAll(Consumer<Drift> to) {
    found.forEach(to);
    found.clear();
    hasFound = false;
  }

  /**
   * Passes on the changes that were found, and returns the state, which knows of these and of no
   * later ones. Empty if nothing was seen.
   */
  synchronized String takeWithState(Consumer<Drift> to) {
    takeAll(to);
    LabelPositions seen = seen();
    return seen.isEmpty() ? "" : seen.text() + " " + DriftMonitor.text(detector);
  }

  /**
   * Continues from a state.
   *
   * @throws IllegalArgumentException if it is none
   */
  synchronized void restore(String positions, double[] ofDetector) {
    detector.restore(ofDetector);
    set(LabelPositions.parse(positions));
  }

  /**
   * Continues after a change that was reported without a version, if the state is older.
   *
   * @param after where the detector began anew
   * @return whether the state was older
   */
  public synchronized boolean resumeAfter(LabelPositions after) {
    LabelPositions seen = seen();
    if (!seen.isEmpty() && (!after.areOf(seen.labelsId(), "") || !after.areBeyond(seen))) {
      return false;
    }
    detector.reset();
    set(after);
    return true;
  }

  /** Counts a record that cannot be decoded. */
  public void unreadable() {
    unreadable.increment();
  }

  /** Returns the number of records that could not be decoded. */
  public long unreadableRecords() {
    return unreadable.sum();
  }

  /** Returns what was done with the labels that were added since the last {@link #begin}. */
  public synchronized JoinCounts counts() {
    return join.counts();
  }
}
