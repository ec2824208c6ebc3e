package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.LostRange;
import dev.tidemill.schemas.Restart;
import dev.tidemill.trainer.drift.DriftReport;
import dev.tidemill.trainer.drift.DriftReports;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Submits versions and passes to the publishing thread: a version if samples were trained,
 * otherwise a pass over refused records and transaction markers. Training thread.
 */
final class CheckpointSubmitter {
  private final Learner learner;
  private final EpochLedger ledger;
  private final TrainedRanges coverage;
  private final StepAssembler assembler;
  private final ArrivalQueue arrivals;
  private final CheckpointPolicy policy;
  private final SnapshotExchange snapshots;
  private final Clock clock;
  private final List<LostRange> gaps;
  private final List<String> changes;
  private final DriftReports drifts;
  private final Restarts restarts;
  private boolean restarted;
  private final TrainedSpans spans;
  private List<Position> passed;
  private long refusedSinceVersion;

  /**
   * @param resumption whose gaps and changes the next version records
   * @param refusedSinceVersion refused records whose dead letters passes have committed since the
   *     newest version
   * @param drifts which the next version reports, with the state of their monitor
   * @param restarts decides whether a version ends the model
   * @param spans of the records that the next version is trained on
   */
  CheckpointSubmitter(
      Learner learner,
      StepAssembler assembler,
      ArrivalQueue arrivals,
      CheckpointPolicy policy,
      SnapshotExchange snapshots,
      Clock clock,
      ResumePoint resumption,
      long refusedSinceVersion,
      DriftReports drifts,
      Restarts restarts,
      TrainedSpans spans) {
    this.learner = learner;
    this.ledger = learner.ledger();
    this.coverage = assembler.coverage();
    this.assembler = assembler;
    this.arrivals = arrivals;
    this.policy = policy;
    this.snapshots = snapshots;
    this.clock = clock;
    this.gaps = new ArrayList<>(resumption.gaps());
    this.changes = new ArrayList<>(resumption.changes());
    this.refusedSinceVersion = refusedSinceVersion;
    this.drifts = drifts;
    this.restarts = restarts;
    this.spans = spans;
    this.passed = coverage.positions();
  }

  /** Counts the samples of a step that has ended. */
  void trained(int samples) {
    policy.trained(samples);
    restarts.trained(samples);
  }

  /**
   * Whether a restart was submitted. It ends the model: nothing is submitted after it, and the next
   * term begins anew.
   */
  boolean hasRestarted() {
    return restarted;
  }

  /** Adds a change, a sentence that the next version records. */
  void addChange(String change) {
    changes.add(change);
  }

  /** Adds a partition, which the next version records. */
  void addPartition(PartitionStart start, String change) {
    coverage.addPartition(start);
    changes.add(change);
    Position from = start.from();
    restarts.addPartition(from);
    if (from.offset() > 0) {
      gaps.add(new LostRange(from.partition(), 0L, from.offset(), StartFinder.BEFORE_FIRST));
    }
  }

  /**
   * Submits a version or a pass if one is due. Within a full-batch step there is nothing to
   * publish.
   *
   * @param drained receives the metric sums that are read for a version
   * @return whether a version or a pass was due
   */
  boolean submitIfDue(Consumer<MetricSums> drained) throws InterruptedException {
    if (restarted || isMidEpochOfFullBatch() || !policy.isDue(hasPassed(), mustFreeRefused())) {
      return false;
    }
    submit(drained);
    return true;
  }

  /** Submits all that is not submitted yet, if there is anything. */
  void submitRest(Consumer<MetricSums> drained) throws InterruptedException {
    if (!restarted && !isMidEpochOfFullBatch() && (policy.hasSamples() || hasPassed())) {
      submit(drained);
    }
    submitReports();
  }

  /**
   * Submits reports of drift without a version, unless samples were trained since the last one:
   * then the next version has them. A version without new samples would only push out an older one.
   * A restart waits for a version.
   */
  void submitReports() {
    if (restarted || policy.hasSamples() || !drifts.arePending() || drifts.areToRestart()) {
      return;
    }
    List<DriftReport> reports = drifts.take();
    reports.forEach(report -> changes.add(report.drift().describe()));
    snapshots.submit(new Publishable.Reports(reports, clock.instant()));
  }

  /**
   * Submits a version because an operator asked for it.
   *
   * @return whether samples were trained since the last version; otherwise nothing is submitted
   */
  boolean submitFor(ControlCommand command, Consumer<MetricSums> drained)
      throws InterruptedException {
    if (!policy.hasSamples()) {
      return false;
    }
    submitVersion(drained, List.of(command));
    return true;
  }

  /**
   * Continues from the weights and the optimizer state of an older version, and submits them as a
   * version at once. Its ranges hold the samples since the last version: positions move on, so no
   * sample is trained twice, but these samples do not affect the weights. So the version has no
   * loss, accuracy or errors.
   *
   * @param to the older version, in a state of the exchange
   */
  void submitRollback(ControlCommand command, ModelState to, Consumer<MetricSums> drained)
      throws InterruptedException {
    Optional<MetricSums> discarded = learner.drainDiscarded();
    discarded.ifPresent(drained);
    learner.rollBack(to);
    drifts.rolledBack(command.getVersion());
    snapshots.giveBack(to);
    addChange(
        "weights of version %d (by %s)".formatted(command.getVersion(), command.getOperator()));
    if (policy.hasSamples()) {
      addChange(
          "%d samples of this version do not affect its weights".formatted(policy.newSamples()));
    }
    if (discarded.isEmpty()) {
      addChange("the loss of these samples was not finite");
    }
    submitVersion(drained, List.of(command));
  }

  /** Whether refused records use up their share and cannot be committed before the epoch ends. */
  boolean isStuckWithRefused() {
    return isMidEpochOfFullBatch() && mustFreeRefused();
  }

  /** Whether nothing can be committed before the epoch ends. */
  boolean isMidEpochOfFullBatch() {
    return learner.hasAccumulated();
  }

  private boolean mustFreeRefused() {
    return assembler.refusalsPassed() > 0 && arrivals.hasManyRefused();
  }

  private boolean hasPassed() {
    return assembler.refusalsPassed() > 0 || !coverage.positions().equals(passed);
  }

  private void submit(Consumer<MetricSums> drained) throws InterruptedException {
    if (policy.hasSamples()) {
      submitVersion(drained, List.of());
    } else if (!coverage.hasBegunEpoch()) {
      submitPass();
    }
  }

  /**
   * Submits a version between two steps, so that state, positions and refusals match. This only
   * begins the copy of the state. It waits if two earlier snapshots are still unpublished.
   */
  private void submitVersion(Consumer<MetricSums> drained, List<ControlCommand> commands)
      throws InterruptedException {
    drained.accept(learner.drain());
    // The errors that were just read may show a change. The state that follows knows of it.
    String driftState = drifts.collectForVersion();
    ModelState state = snapshots.takeFree();
    if (state == null) {
      return;
    }
    PendingSnapshot copy = learner.beginSnapshot(state);
    state.contract(assembler.contract());
    state.driftState(driftState);
    List<DriftReport> reports = drifts.take();
    reports.forEach(report -> changes.add(report.drift().describe()));
    Optional<Restart> restart = restarts.of(reports);
    restart.map(Restarts::describe).ifPresent(changes::add);
    List<Arrival.Refused> refusals = assembler.takeRefusals();
    snapshots.submit(
        new Publishable.Snapshot(
            state,
            copy,
            coverage.ranges(),
            coverage.positions(),
            refusals,
            refusedSinceVersion + refusals.size(),
            ledger.version(),
            List.copyOf(gaps),
            List.copyOf(changes),
            commands,
            reports,
            restart.orElse(null),
            drifts.monitor().boost().target(),
            spans.take(),
            clock.instant()));
    restarted = restart.isPresent();
    coverage.cut();
    ledger.cut();
    gaps.clear();
    changes.clear();
    refusedSinceVersion = 0;
    submitted();
  }

  private void submitPass() {
    List<Arrival.Refused> refusals = assembler.takeRefusals();
    refusedSinceVersion += refusals.size();
    snapshots.submit(new Publishable.Pass(coverage.starts(), refusals, refusedSinceVersion));
    submitted();
  }

  private void submitted() {
    passed = coverage.positions();
    policy.submitted();
  }
}
