package dev.tidemill.trainer;

import dev.tidemill.contract.ClassReport;
import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.schemas.TrainerPhase;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Trains from queued items: assembles and runs steps, submits checkpoints, and ends epochs. Uses no
 * Kafka client. Training thread.
 */
final class Training {
  private static final String READ_AGAIN =
      " (read again, because a new model has begun after a change: if the record was refused before,"
          + " it already has a dead letter)";

  private final RunPlan.Reading plan;
  private final String topic;
  private final Learner learner;
  private final EpochLedger ledger;
  private final StepAssembler assembler;
  private final CheckpointSubmitter submitter;
  private final Steering steering;
  private final DriftResponse drift;
  private final RefusalTally refusals;
  private final ProgressReporter progress;
  private final TrainingReports reports;
  private final TrainerListener listener;
  private final TrainerMetrics metrics;
  private final StepTimer timer;
  private final boolean lineageEmpty;
  private final long samplesBefore;
  private int epoch;
  private long epochNanos;
  private long epochSamplesBefore;
  // The contracts of the first samples of the epoch, and since the last report.
  private int epochContract = TrainingReports.UNKNOWN;
  private int readContract = TrainingReports.UNKNOWN;
  private volatile boolean needsNewTerm;
  private volatile Optional<RuntimeException> failure = Optional.empty();

  /**
   * @param topic the topic that it reads, for its errors
   * @param lineageEmpty whether the lineage has no version yet
   */
  Training(
      RunPlan.Reading plan,
      String topic,
      Learner learner,
      StepAssembler assembler,
      CheckpointSubmitter submitter,
      Steering steering,
      DriftResponse drift,
      RefusalTally refusals,
      ProgressReporter progress,
      TrainingReports reports,
      TrainerListener listener,
      TrainerMetrics metrics,
      StepTimer timer,
      boolean lineageEmpty) {
    this.plan = plan;
    this.topic = topic;
    this.learner = learner;
    this.ledger = learner.ledger();
    this.assembler = assembler;
    this.submitter = submitter;
    this.steering = steering;
    this.drift = drift;
    this.refusals = refusals;
    this.progress = progress;
    this.reports = reports;
    this.listener = listener;
    this.metrics = metrics;
    this.timer = timer;
    this.lineageEmpty = lineageEmpty;
    this.samplesBefore = ledger.samples();
    this.epoch = plan.from().stream().mapToInt(Position::epoch).max().orElse(1);
  }

  /** Whether a step is ready. */
  boolean hasStep() {
    return assembler.hasStep();
  }

  /** Runs a step, and submits a checkpoint if one is due. */
  void step() throws InterruptedException {
    stepOnly();
    submitIfDue();
  }

  private void stepOnly() throws InterruptedException {
    TensorBatch batch = assembler.next();
    int samples = batch.size();
    drift.begin(batch, assembler.first(), assembler.trainedContract());
    long startNanos = timer.now();
    MetricSums read = learner.learn(batch);
    long stepNanos = timer.finished(startNanos);
    assembler.trained();
    epochContract = orTrained(epochContract);
    readContract = orTrained(readContract);
    submitter.trained(samples);
    metrics.trained(samples, stepNanos);
    report(read);
    drift.respond(samples, this::report);
  }

  /**
   * Accepts an item from the reader. Must not be called while a step is ready.
   *
   * @return whether training continues
   */
  boolean accept(Arrival arrival) throws InterruptedException {
    if (arrival instanceof Arrival.Samples samples) {
      metrics.accepted();
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
    } else if (arrival instanceof Arrival.NewTerm next) {
      endForNewTerm(next);
      return false;
    } else if (arrival instanceof Arrival.InputEnd) {
      endInput();
      return false;
    }
    return true;
  }

  /**
   * Reports that training waits, and submits a checkpoint if one is due. Called when nothing has
   * arrived for a while.
   *
   * @return whether training continues
   */
  boolean idle() throws InterruptedException {
    if (progress.waiting(runProgress(), assembler.pending() > 0)) {
      listener.onNotice(
          String.format(
              Locale.ROOT,
              "%,d samples wait for a step of %,d: training continues when more arrive",
              assembler.pending(),
              assembler.batchSize()));
    }
    // The last step may have passed refused records whose memory the reader waits for.
    if (isStuckWithRefused()) {
      return false;
    }
    submitIfDue();
    drift.respond(0, this::report);
    return true;
  }

  /** Executes the commands of operators that have arrived. A full-batch step is over first. */
  void executeCommands() throws InterruptedException {
    if (!submitter.isMidEpochOfFullBatch()) {
      steering.execute(this::report);
    }
  }

  /** Returns why training is paused, as a sentence; empty if it is not. Any thread. */
  Optional<String> pause() {
    return steering.pause();
  }

  /**
   * Waits a short time for a command, while training is paused. Submits a checkpoint if one is due.
   */
  void awaitCommand() throws InterruptedException {
    progress.paused(runProgress());
    submitIfDue();
    drift.respond(0, this::report);
    steering.await(this::report);
  }

  /** Submits what was trained since the last checkpoint, because training must stop. */
  void submitRest() throws InterruptedException {
    submitter.submitRest(this::report);
    refusals.report();
  }

  /**
   * Submits what the finished steps have trained. The next term reads the samples that wait for a
   * step again, so they become the same step as without the new term.
   */
  private void endForNewTerm(Arrival.NewTerm next) throws InterruptedException {
    listener.onNotice("a new term begins: " + next.why());
    submitRest();
    needsNewTerm = true;
  }

  /** Returns whether the model has ended with a restart: the next term begins a new one. */
  boolean hasRestarted() {
    if (submitter.hasRestarted()) {
      needsNewTerm = true;
    }
    return submitter.hasRestarted();
  }

  /** Whether training ended because the next term needs another network or model. Any thread. */
  boolean needsNewTerm() {
    return needsNewTerm;
  }

  /** Returns why training ended before its plan was done; empty otherwise. Any thread. */
  Optional<RuntimeException> failure() {
    return failure;
  }

  /** Returns the time after which a running step counts as stalled. Any thread. */
  Duration stalledAfter() {
    return timer.stalledAfter();
  }

  RunProgress runProgress() {
    return learner.runProgress(epoch, refusals.refusedInLineage());
  }

  private boolean refuse(Arrival.Refused record) throws InterruptedException {
    refusals.refused(record.reason());
    metrics.refused();
    assembler.add(drift.isRetraining() ? record.noted(READ_AGAIN) : record);
    if (refusals.isTooMany()) {
      if (!learner.isFullBatch()) {
        finishSteps();
      }
      submitter.submitRest(this::report);
      // A full batch may end with samples that no step has reached, and refusals behind them.
      boolean committed = !submitter.isMidEpochOfFullBatch() && assembler.pending() == 0;
      failure = Optional.of(refusals.tooMany(topic, committed));
    } else if (!isStuckWithRefused()) {
      submitIfDue();
    }
    return failure.isEmpty();
  }

  private boolean isStuckWithRefused() {
    if (!submitter.isStuckWithRefused()) {
      return false;
    }
    failure = Optional.of(RefusedRecordsException.tooManyBytes(topic, refusals.summary()));
    return true;
  }

  private void submitIfDue() throws InterruptedException {
    if (submitter.submitIfDue(this::report)) {
      refusals.report();
    }
  }

  private void addPartition(Arrival.PartitionAdded added) {
    Position from = added.start().from();
    String change = "partition " + from.partition() + " of " + topic + " was added";
    submitter.addPartition(added.start(), change);
    listener.onNotice(change + ": reading starts at offset " + from.offset());
  }

  private void beginEpoch(Arrival.EpochBegin begin) {
    learner.beginEpoch(begin.samples(), begin.weight());
    refusals.beginEpoch();
    if (begin.epoch() != epoch) {
      epoch = begin.epoch();
      assembler
          .coverage()
          .beginEpoch(
              plan.bounds().stream()
                  .map(bounds -> Position.atRecord(bounds.partition(), epoch, bounds.start()))
                  .toList());
    }
    epochNanos = timer.now();
    epochSamplesBefore = ledger.epoch().samples();
    epochContract = epochSamplesBefore == 0 ? TrainingReports.UNKNOWN : assembler.trainedContract();
  }

  private boolean endEpoch() throws InterruptedException {
    finishSteps();
    ConfusionCounts confusion = ledger.confusion();
    MetricSums closed = ledger.closeEpoch(learner.stop());
    submitter.submitRest(this::report);
    boolean empty = epoch == 1 && closed.samples() == 0;
    if (empty) {
      failIfNothingTrained();
    }
    reportEpoch(closed);
    boolean converged = !empty && ledger.hasConverged(learner.stop());
    if (converged) {
      listener.onNotice(
          "converged: the loss has not improved for "
              + learner.stop().orElseThrow().patience()
              + " epochs");
    }
    // After an epoch without samples, later epochs would find none either.
    boolean continues = !empty && !converged && epoch < plan.epochs();
    if (!continues) {
      reportClasses(confusion);
    }
    return continues;
  }

  private void endInput() throws InterruptedException {
    finishSteps();
    if (submitter.hasRestarted()) {
      return;
    }
    submitter.submitRest(this::report);
    if (ledger.samples() == samplesBefore) {
      failIfNothingTrained();
    } else {
      refusals.report();
      reportClasses(ledger.confusion());
    }
  }

  private void reportClasses(ConfusionCounts confusion) {
    ClassReport report = reports.classes(confusion);
    if (!report.isEmpty()) {
      listener.onRunEnd(
          new ClassSummary(epoch, plan.epochs(), report, reports.classNames(assembler.contract())));
    } else if (reports.hasTooManyClasses()) {
      listener.onNotice(
          "figures of each class are kept for at most "
              + ConfusionCounts.MAX_CLASSES
              + " classes, so there are none");
    }
  }

  /** Runs the remaining steps; the last one may be smaller. */
  private void finishSteps() throws InterruptedException {
    while (assembler.pending() > 0 && !submitter.hasRestarted()) {
      stepOnly();
    }
    if (!submitter.hasRestarted()) {
      report(learner.endEpoch());
      drift.respond(0, this::report);
    }
  }

  /** Fails if nothing was trained: offsets that looked like records may not have been any. */
  private void failIfNothingTrained() {
    if (refusals.refused() > 0) {
      failure = Optional.of(RefusedRecordsException.nothingTrained(topic, refusals.summary()));
    } else if (lineageEmpty) {
      failure = Optional.of(NothingToTrainException.on(topic, refusals.refusedInLineage()));
    }
  }

  private void reportEpoch(MetricSums closed) {
    double seconds = Math.max(1, timer.now() - epochNanos) / 1e9;
    progress.report(TrainerPhase.EPOCH_END, closed, runProgress());
    refusals.report();
    listener.onEpochEnd(
        new EpochSummary(
            epoch,
            plan.epochs(),
            closed.loss(),
            progress.accuracy(closed),
            reports.errors(closed, epochContract, assembler.trainedContract()),
            closed.samples(),
            refusals.refusedInEpoch(),
            (closed.samples() - epochSamplesBefore) / seconds));
  }

  private int orTrained(int contract) {
    return contract == TrainingReports.UNKNOWN ? assembler.trainedContract() : contract;
  }

  private void report(MetricSums read) {
    drift.measured(read);
    metrics.read(read, reports.errors(read, readContract, assembler.trainedContract()));
    if (read.samples() > 0) {
      readContract = TrainingReports.UNKNOWN;
    }
    progress.trained(read, runProgress());
  }
}
