package dev.tidemill.trainer;

import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainingSpec;
import dev.tidemill.schemas.TrainerPhase;
import java.time.Duration;
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
  private final TrainedRanges coverage;
  private final StepAssembler assembler;
  private final Checkpoints checkpoints;
  private final RefusalTally refusals;
  private final ProgressReporter progress;
  private final TrainerListener listener;
  private final TrainerMetrics metrics;
  private final LongSupplier nanoTime;
  private final StepTimes times;
  private final long refusedBefore;
  private final boolean lineageEmpty;
  private final long samplesBefore;
  private int epoch;
  private long epochNanos;
  private long epochSamplesBefore;
  private volatile Optional<RuntimeException> failure = Optional.empty();

  /**
   * @param refusedBefore records refused since the lineage began
   */
  Training(RunPlan.Reading plan, TrainingParts parts, long refusedBefore, boolean lineageEmpty) {
    this.plan = plan;
    this.topic = parts.topic();
    this.stop = parts.stop();
    this.learner = parts.learner();
    this.ledger = parts.ledger();
    this.coverage = parts.coverage();
    this.assembler = parts.assembler();
    this.checkpoints = parts.checkpoints();
    this.refusals = parts.refusals();
    this.progress = parts.progress();
    this.listener = parts.listener();
    this.metrics = parts.metrics();
    this.nanoTime = parts.nanoTime();
    this.times = parts.times();
    this.refusedBefore = refusedBefore;
    this.lineageEmpty = lineageEmpty;
    this.samplesBefore = ledger.samples();
    this.epoch = plan.from().stream().mapToInt(Position::epoch).max().orElse(1);
  }

  /** Whether a step can be made of what has arrived. */
  boolean hasStep() {
    return assembler.hasStep();
  }

  /** Makes a step, and a checkpoint where the policy says so. */
  void step() throws InterruptedException {
    stepOnly();
    submitIfDue();
  }

  private void stepOnly() {
    TensorBatch batch = assembler.next();
    int samples = batch.size();
    long began = nanoTime.getAsLong();
    MetricSums read = learner.learn(batch);
    times.took(nanoTime.getAsLong() - began);
    assembler.trained();
    checkpoints.trained(samples);
    metrics.trained(samples);
    tell(read);
  }

  /**
   * Takes what the reader hands over; not to be called while there is a step to make.
   *
   * @return whether training goes on
   */
  boolean accept(Arrival arrival) throws InterruptedException {
    if (arrival instanceof Arrival.Samples samples) {
      if (epoch == 1) {
        refusals.accepted();
      }
      assembler.add(samples);
    } else if (arrival instanceof Arrival.Refused record) {
      return refuse(record);
    } else if (arrival instanceof Arrival.Passed passed) {
      assembler.add(passed);
    } else if (arrival instanceof Arrival.PartitionAdded added) {
      addPartition(added);
    } else if (arrival instanceof Arrival.Notice notice) {
      listener.onNotice(notice.sentence());
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

  /**
   * Nothing has arrived for a while.
   *
   * @return whether training goes on
   */
  boolean idle() throws InterruptedException {
    progress.waiting(standing());
    // A step may have passed refused records for which the reader waits since.
    if (isStuckWithRefused()) {
      return false;
    }
    submitIfDue();
    return true;
  }

  /** Publishes what was trained since the last checkpoint: training is asked to stop here. */
  void stopHere() throws InterruptedException {
    checkpoints.submitRest(this::tell);
    refusals.tell();
  }

  /** Why training has ended, where it ended before its work was done. Any thread. */
  Optional<RuntimeException> failure() {
    return failure;
  }

  /** How long a step may take until it counts as stalled. Any thread. */
  Duration stalledAfter() {
    return times.stalledAfter();
  }

  RunProgress standing() {
    return learner.standing(epoch, refusedBefore + refusals.refused());
  }

  private boolean refuse(Arrival.Refused record) throws InterruptedException {
    refusals.refused(record.reason());
    metrics.refused();
    assembler.add(record);
    if (refusals.isTooMany()) {
      if (!learner.isFullBatch()) {
        finishSteps();
      }
      checkpoints.submitRest(this::tell);
      failure = Optional.of(refusals.tooMany(topic, !checkpoints.isMidEpochOfFullBatch()));
    } else if (!isStuckWithRefused()) {
      submitIfDue();
    }
    return failure.isEmpty();
  }

  private boolean isStuckWithRefused() {
    if (!checkpoints.isStuckWithRefused()) {
      return false;
    }
    failure = Optional.of(RefusedRecordsException.tooManyBytes(topic, refusals.summary()));
    return true;
  }

  private void submitIfDue() throws InterruptedException {
    if (checkpoints.submitIfDue(this::tell)) {
      refusals.tell();
    }
  }

  private void addPartition(Arrival.PartitionAdded added) {
    Position from = added.start().from();
    String change = "partition " + from.partition() + " of " + topic + " was added";
    checkpoints.added(added.start(), change);
    listener.onNotice(change + ": it is read from offset " + from.offset() + " on");
  }

  private void beginEpoch(Arrival.EpochBegin begin) {
    learner.beginEpoch(begin.samples());
    refusals.beginEpoch();
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
    MetricSums closed = ledger.closeEpoch(stop);
    checkpoints.submitRest(this::tell);
    boolean empty = epoch == 1 && closed.samples() == 0;
    if (empty) {
      failIfNothingTrained();
    }
    tellEpoch(closed);
    boolean converged = !empty && ledger.hasConverged(stop);
    if (converged) {
      listener.onNotice(
          "converged: the loss has not improved for " + stop.orElseThrow().patience() + " epochs");
    }
    // Of an epoch without samples, no later one would find more.
    return !empty && !converged && epoch < plan.epochs();
  }

  private void endInput() throws InterruptedException {
    finishSteps();
    checkpoints.submitRest(this::tell);
    if (ledger.samples() == samplesBefore) {
      failIfNothingTrained();
    } else {
      refusals.tell();
    }
  }

  /** At the end the samples that are left are one smaller step. */
  private void finishSteps() throws InterruptedException {
    while (assembler.pending() > 0) {
      stepOnly();
    }
    tell(learner.endEpoch());
  }

  /** Offsets need not be records: what looked like something to train may have been nothing. */
  private void failIfNothingTrained() {
    if (refusals.refused() > 0) {
      failure = Optional.of(RefusedRecordsException.nothingTrained(topic, refusals.summary()));
    } else if (lineageEmpty) {
      failure = Optional.of(NothingToTrainException.on(topic, refusedBefore));
    }
  }

  private void tellEpoch(MetricSums closed) {
    double seconds = Math.max(1, nanoTime.getAsLong() - epochNanos) / 1e9;
    progress.tell(TrainerPhase.EPOCH_END, closed, standing());
    refusals.tell();
    listener.onEpochEnd(
        new EpochSummary(
            epoch,
            plan.epochs(),
            closed.loss(),
            progress.accuracy(closed),
            closed.samples(),
            refusals.refusedInEpoch(),
            (closed.samples() - epochSamplesBefore) / seconds));
  }

  private void tell(MetricSums read) {
    metrics.read(read);
    progress.trained(read, standing());
  }
}
