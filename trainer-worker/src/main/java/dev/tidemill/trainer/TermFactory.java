package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.checkpoints.Retention;
import dev.tidemill.contract.Contract;
import dev.tidemill.engine.LossWeights;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.SampleCheck;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.TrainingControl;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.Topics;
import dev.tidemill.trainer.drift.Boost;
import dev.tidemill.trainer.drift.DelayedErrors;
import dev.tidemill.trainer.drift.DriftMonitor;
import dev.tidemill.trainer.drift.DriftPolicy;
import dev.tidemill.trainer.drift.DriftReports;
import dev.tidemill.trainer.drift.DriftSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;

/** Assembles the three threads of a term and the queues between them. Used once. */
final class TermFactory {
  private final TrainerContext context;
  private final TrainerSettings settings;
  private final ModelSpec spec;
  private final RunPlan.Reading plan;
  private final RestoredModel restored;
  private final KnownContracts contracts;
  private final GroupPositions passes;
  private final EpochLedger ledger;
  private final OperatorCommands.Unanswered unanswered;
  private final ArrivalQueue arrivals;
  private final SnapshotExchange snapshots;
  private final CommandExchange exchange = new CommandExchange();
  private final Optional<DelayedErrors> delayed;

  /**
   * @param passes offsets committed after the newest version
   * @param unanswered commands that the leader's previous term left
   */
  TermFactory(
      TrainerContext context,
      RunPlan.Reading plan,
      RestoredModel restored,
      KnownContracts contracts,
      GroupPositions passes,
      EpochLedger ledger,
      OperatorCommands.Unanswered unanswered) {
    this.context = context;
    this.settings = context.settings();
    this.spec = restored.state().spec();
    this.plan = plan;
    this.restored = restored;
    this.contracts = contracts;
    this.passes = passes;
    this.ledger = ledger;
    this.unanswered = unanswered;
    this.arrivals = new ArrivalQueue(settings.queueRecords(), settings.queueBytes());
    // The model has its own copy of the restored state, so this one can serve as a buffer.
    this.snapshots = new SnapshotExchange(restored.state(), ModelState.allocate(spec));
    this.delayed = DelayedLabels.errors(context, spec, contracts);
  }

  /**
   * Assembles the term.
   *
   * @param model holds the restored state
   * @param transactions owned by the term
   * @param consumer owned by the term
   */
  Term assemble(
      TrainableModel model,
      Transactions transactions,
      Consumer<byte[], byte[]> consumer,
      CommittedLog log,
      ProgressChannel progress) {
    context.metrics().held(arrivals::bytes);
    OperatorCommands commands = OperatorCommands.open(context, exchange, unanswered);
    try {
      Training training = training(model, progress, commands);
      return new Term(
          context,
          Term.stateBytes(spec),
          new ReadingDuty(context.clientId("reader"), consumer, reader(consumer, log)),
          new TrainingDuty(context.clientId("training"), training, arrivals, snapshots),
          publishing(transactions, commands),
          delayed.map(errors -> DelayedLabels.duty(context, errors)),
          snapshots,
          plan.ends());
    } catch (RuntimeException e) {
      commands.close();
      throw e;
    }
  }

  private BatchReader reader(Consumer<byte[], byte[]> consumer, CommittedLog log) {
    return new BatchReader(
        consumer,
        context.topics().batches(),
        plan,
        new BatchDecoder(
            context.codec(),
            context.clients().tracing(),
            new SampleCheck(Network.of(spec)),
            new ContractCheck(
                contracts,
                context.job().template(),
                spec,
                notice -> arrivals.add(new Arrival.Notice(notice))),
            new DataGate(
                settings.dataGate(),
                settings.dataGatePsi(),
                contracts,
                context.metrics()::outOfBounds,
                notice -> arrivals.add(new Arrival.Notice(notice)))),
        new SampleCounter(spec.training().fullBatch(), new LossWeights(Network.of(spec))),
        arrivals,
        () -> context.guard().partitions(Topics.Name.BATCHES),
        new StalledReading(
            context.topics().batches(),
            StalledReading.Ends.of(log),
            context.monitor(),
            context.timing().stalled(),
            context.clients().readTimeout(),
            System::nanoTime));
  }

  private Training training(
      TrainableModel model, ProgressChannel progress, OperatorCommands commands) {
    TrainingControl control = commands.atStart();
    TrainedSpans spans = new TrainedSpans();
    TrainedRanges coverage = new TrainedRanges(plan.resumption().starts());
    StepAssembler assembler =
        new StepAssembler(
            Learner.batchSize(spec),
            ArrivalQueue.refusedShare(settings.queueBytes()),
            coverage,
            trained -> {
              arrivals.release(trained);
              spans.add(trained);
            });
    assembler.startWith(
        restored.state().contract(), contracts.newest().map(Contract::version).orElse(0));
    Learner learner = new Learner(model, spec, ledger, settings.metricsSteps());
    CheckpointPolicy policy =
        new CheckpointPolicy(
            settings.checkpointSamples(), settings.checkpointInterval(), System::nanoTime);
    ProgressReporter reporter =
        new ProgressReporter(
            settings,
            Network.of(spec).classLabels(),
            context.clock(),
            System::nanoTime,
            context.known()::version,
            progress::send);
    DriftMonitor monitor = monitor();
    DriftReports reports =
        new DriftReports(monitor, settings.drift(), context.listener()::onNotice);
    CheckpointSubmitter submitter =
        new CheckpointSubmitter(
            learner,
            assembler,
            arrivals,
            policy,
            snapshots,
            context.clock(),
            plan.resumption(),
            passes.refused(),
            reports,
            restarts(coverage),
            spans);
    restoreDrift(monitor, submitter);
    commands
        .delayedDrift()
        .ifPresent(
            event ->
                delayed.ifPresent(
                    errors ->
                        DelayedLabels.resume(
                            errors, event, restored.version(), monitor.boost(), settings.drift())));
    LearningRate rate =
        new LearningRate(
            learner,
            change -> {
              submitter.addChange(change);
              context.listener().onNotice(change);
            },
            monitor.boost(),
            control.learningRate(),
            restored.state().learningRateFactor());
    DriftResponse drift =
        new DriftResponse(reports, Network.of(spec).classLabels(), contracts, rate, submitter);
    return new Training(
        plan,
        context.topics().batches(),
        learner,
        assembler,
        submitter,
        new Steering(exchange, control, rate, learner, submitter, context.listener()),
        drift,
        new RefusalTally(
            settings.maxRefusedShare(),
            restored.refusedRecords() + passes.refused(),
            context.listener()::onNotice),
        reporter,
        new TrainingReports(contracts, Network.of(spec)),
        context.listener(),
        context.metrics(),
        new StepTimer(settings.healthTimeout(), System::nanoTime),
        restored.newest() == null);
  }

  private Restarts restarts(TrainedRanges coverage) {
    return settings.drift().policy() == DriftPolicy.RETRAIN
        ? Restarts.after(
            restored.lineage().withPayload(),
            restored.root(),
            coverage,
            ledger.samples(),
            context.listener()::onNotice)
        : Restarts.never(coverage);
  }

  private DriftMonitor monitor() {
    // Full batches read the same records in each epoch.
    return new DriftMonitor(
        spec.training().fullBatch() ? Optional.empty() : settings.drift().detector(),
        Learner.batchSize(spec),
        settings.metricsSteps(),
        ledger.samples(),
        delayed);
  }

  /** Restores what is known of drift. Call it before the learning rate follows the boost. */
  private void restoreDrift(DriftMonitor monitor, CheckpointSubmitter submitter) {
    DriftPolicy policy = settings.drift().policy();
    if (spec.training().fullBatch() && policy != DriftPolicy.ANNOUNCE) {
      context
          .listener()
          .onNotice("drift.policy=%s does nothing with full batches".formatted(policy.word()));
    }
    if (policy == DriftPolicy.BOOST
        && !spec.training().fullBatch()
        && settings.drift().boostSamples() < Boost.leastSamples(Learner.batchSize(spec))) {
      throw new RunRefusedException(
          "%s must be at least %,d, four times the batch size, so that its factor can rise"
              .formatted(DriftSettings.BOOST_SAMPLES, Boost.leastSamples(Learner.batchSize(spec))));
    }
    List<String> changes = new ArrayList<>(restored(monitor));
    if (monitor.boost().isActive() && policy != DriftPolicy.BOOST) {
      monitor.boost().end();
      changes.add("the boost after drift ends early, because drift.policy is " + policy.word());
    }
    changes.forEach(submitter::addChange);
    changes.forEach(context.listener()::onNotice);
  }

  private List<String> restored(DriftMonitor monitor) {
    try {
      return monitor.restore(restored.state().driftState());
    } catch (IllegalArgumentException e) {
      throw new RunRefusedException(
          "version "
              + restored.version()
              + " has an unreadable boost or retraining: "
              + e.getMessage(),
          e);
    }
  }

  private PublishingDuty publishing(Transactions transactions, OperatorCommands commands) {
    CheckpointPublisher publisher =
        new CheckpointPublisher(
            transactions,
            context.codec(),
            context.topics(),
            settings.checkpointChunkBytes(),
            new Retention(settings.checkpointKeep()),
            restored.lineage().withPayload());
    return new PublishingDuty(
        context.clientId("publisher"),
        context,
        context.specDigest(spec),
        snapshots,
        arrivals,
        new ManifestDraft(context, plan, restored, contracts),
        new OffsetTags(
            context.topics().batches(),
            context.batchesId(),
            restored.version(),
            plan.run(),
            passes,
            plan.resumption().starts()),
        publisher,
        transactions,
        new Payloads(context, publisher, contracts, spec, restored.root()),
        new DriftEvents(context, publisher, commands, restored.root()),
        commands);
  }
}
