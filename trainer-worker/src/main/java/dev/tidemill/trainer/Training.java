package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainingSpec;
import dev.tidemill.schemas.TrainerPhase;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A leader's training, step by step: what arrives becomes steps, steps become snapshots, and epochs
 * end. Knows no Kafka and no thread but its own.
 */
final class Training {
  private final RunPlan.Reading plan;
  private final String topic;
  private final Optional<TrainingSpec.Stop> stop;
  private final Learner learner;
  private final EpochLedger ledger;
  private final Coverage coverage;
  private final StepAssembler assembler;
  private final CheckpointPolicy policy;
  private final SnapshotExchange snapshots;
  private final ProgressReporter progress;
  private final TrainerListener listener;
  private final TrainerMetrics metrics;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final boolean lineageEmpty;
  private int epoch;
  private long refused;
  private long epochNanos;
  private long epochSamplesBefore;

  Training(RunPlan.Reading plan, TrainingParts parts, long refusedBefore, boolean lineageEmpty) {
    this.plan = plan;
    this.topic = parts.topic();
    this.stop = parts.stop();
    this.learner = parts.learner();
    this.ledger = parts.ledger();
    this.coverage = parts.coverage();
    this.assembler = parts.assembler();
    this.policy = parts.policy();
    this.snapshots = parts.snapshots();
    this.progress = parts.progress();
    this.listener = parts.listener();
    this.metrics = parts.metrics();
    this.clock = parts.clock();
    this.nanoTime = parts.nanoTime();
    this.refused = refusedBefore;
    this.lineageEmpty = lineageEmpty;
    this.epoch = plan.from().stream().mapToInt(Position::epoch).max().orElse(1);
  }

  /** Whether a step can be made of what has arrived. */
  boolean hasStep() {
    return assembler.hasStep();
  }

  /** Makes a step, and a checkpoint where the policy says so. */
  void step() throws InterruptedException {
    TensorBatch batch = assembler.next();
    int samples = batch.size();
    Sums read = learner.learn(batch);
    assembler.trained();
    policy.trained(samples);
    metrics.trained(samples);
    tell(read);
    checkpointIfDue();
  }

  /**
   * Takes what the reader hands over; not to be called while there is a step to make.
   *
   * @return whether training goes on
   */
  boolean accept(Arrival arrival) throws InterruptedException {
    if (arrival instanceof Arrival.Samples samples) {
      assembler.add(samples);
    } else if (arrival instanceof Arrival.Refused record) {
      refused++;
      assembler.add(record);
      checkpointIfDue();
    } else if (arrival instanceof Arrival.Passed passed) {
      assembler.add(passed);
    } else if (arrival instanceof Arrival.EpochBegin begin) {
      beginEpoch(begin);
    } else if (arrival instanceof Arrival.EpochEnd) {
      return endEpoch();
    } else if (arrival instanceof Arrival.InputEnd) {
      endInput();
      return false;
    }
    return true;
  }

  /** Nothing has arrived for a while. */
  void idle() throws InterruptedException {
    progress.waiting(standing());
    checkpointIfDue();
  }

  /** Publishes what was trained since the last checkpoint: training is asked to stop here. */
  void stopHere() throws InterruptedException {
    if (policy.hasNews(assembler.refusalsPassed()) && !learner.isFullBatch()) {
      checkpoint();
    }
  }

  Standing standing() {
    return learner.standing(epoch, refused);
  }

  private void beginEpoch(Arrival.EpochBegin begin) {
    learner.beginEpoch(begin.samples());
    if (begin.epoch() != epoch) {
      epoch = begin.epoch();
      coverage.beginEpoch(
          plan.bounds().stream()
              .map(bounds -> Position.atRecord(bounds.partition(), epoch, bounds.start()))
              .toList());
    }
    epochNanos = nanoTime.getAsLong();
    epochSamplesBefore = ledger.epoch().samples();
  }

  private boolean endEpoch() throws InterruptedException {
    finishSteps();
    requireSamples();
    Sums closed = ledger.closeEpoch(stop);
    if (isEmptyRun(closed)) {
      // No later epoch would find more, and each would publish a version of nothing.
      tellEpoch(closed);
      return false;
    }
    if (coverage.hasMoved()) {
      checkpoint();
    }
    tellEpoch(closed);
    boolean converged = ledger.hasConverged(stop);
    if (converged) {
      listener.onNotice(
          "converged: the loss has not improved for " + stop.orElseThrow().patience() + " epochs");
    }
    return !converged && epoch < plan.epochs();
  }

  private void endInput() throws InterruptedException {
    finishSteps();
    requireSamples();
    if (policy.hasNews(assembler.refusalsPassed())) {
      checkpoint();
    }
  }

  /** At the end the samples that are left are one smaller step. */
  private void finishSteps() throws InterruptedException {
    while (assembler.pending() > 0) {
      step();
    }
    tell(learner.endEpoch());
  }

  /** Offsets need not be records: what looked like something to train may have been nothing. */
  private void requireSamples() {
    if (lineageEmpty && ledger.samples() == 0 && refused == 0) {
      throw new NothingToTrainException(topic);
    }
  }

  /** A new run over no records leaves the lineage as it is. */
  private boolean isEmptyRun(Sums closed) {
    return plan.fresh() && epoch == 1 && closed.samples() == 0 && assembler.refusalsPassed() == 0;
  }

  private void tellEpoch(Sums closed) {
    double seconds = Math.max(1, nanoTime.getAsLong() - epochNanos) / 1e9;
    progress.tell(TrainerPhase.EPOCH_END, closed, standing());
    listener.onEpochEnd(
        new EpochSummary(
            epoch,
            plan.epochs(),
            closed.loss(),
            progress.accuracy(closed),
            closed.samples(),
            (closed.samples() - epochSamplesBefore) / seconds));
  }

  private void tell(Sums read) {
    metrics.read(read);
    progress.trained(read, standing());
  }

  private void checkpointIfDue() throws InterruptedException {
    // A step over the whole range is one: there is nothing to publish in its midst.
    if (!learner.isFullBatch() && policy.isDue(assembler.refusalsPassed())) {
      checkpoint();
    }
  }

  /**
   * Between two steps: the state, the positions and the refusals are of the same steps. Only the
   * copy is begun here; but where two earlier snapshots are not published yet, one is waited for.
   */
  private void checkpoint() throws InterruptedException {
    tell(learner.drain());
    ModelState state = snapshots.takeFree();
    if (state == null) {
      return;
    }
    PendingSnapshot copy = learner.beginSnapshot(state);
    List<Arrival.Refused> refusals = assembler.takeRefusals();
    snapshots.submit(
        new Snapshot(
            state,
            copy,
            coverage.ranges(),
            coverage.positions(),
            refusals,
            ledger.version(),
            clock.instant()));
    coverage.cut();
    ledger.cut();
    policy.taken();
  }
}
