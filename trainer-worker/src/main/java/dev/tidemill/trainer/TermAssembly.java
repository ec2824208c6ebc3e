package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.checkpoints.Retention;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.SampleCheck;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.messaging.Transactions;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;

/** Puts the three threads of a term together, and what stands between them. Used once. */
final class TermAssembly {
  private final TrainerContext context;
  private final TrainerSettings settings;
  private final ModelSpec spec;
  private final RunPlan.Reading plan;
  private final Restored restored;
  private final EpochLedger ledger;
  private final ArrivalQueue arrivals;
  private final SnapshotExchange snapshots;
  private final AtomicLong newestVersion;

  TermAssembly(
      TrainerContext context, RunPlan.Reading plan, Restored restored, EpochLedger ledger) {
    this.context = context;
    this.settings = context.settings();
    this.spec = context.job().spec();
    this.plan = plan;
    this.restored = restored;
    this.ledger = ledger;
    this.arrivals = new ArrivalQueue(settings.queueRecords(), settings.queueBytes());
    this.newestVersion = new AtomicLong(restored.version());
    // The model has its own copy of what was restored.
    this.snapshots = new SnapshotExchange(restored.state(), ModelState.allocate(spec));
  }

  /**
   * @param model holds the restored state
   * @param transactions closed with the term, as are consumer and pins
   */
  Term assemble(
      TrainableModel model,
      Transactions transactions,
      Consumer<byte[], byte[]> consumer,
      PinWatch pins,
      ProgressChannel progress) {
    return new Term(
        new ReadingDuty(context.clientId("reader"), consumer, reader(consumer)),
        new TrainingDuty(
            context.clientId("training"), training(model, progress), arrivals, snapshots),
        publishing(transactions, pins),
        snapshots);
  }

  private BatchReader reader(Consumer<byte[], byte[]> consumer) {
    return new BatchReader(
        consumer,
        context.topics().batches(),
        plan,
        new BatchDecoder(context.codec(), new SampleCheck(Network.of(spec))),
        new Counting(spec.training().fullBatch()),
        arrivals);
  }

  private Training training(TrainableModel model, ProgressChannel progress) {
    Coverage coverage = new Coverage(plan.from());
    ProgressReporter reporter =
        new ProgressReporter(
            settings,
            Network.of(spec).classLabels(),
            context.clock(),
            System::nanoTime,
            newestVersion::get,
            progress::send);
    TrainingParts parts =
        new TrainingParts(
            context.topics().batches(),
            spec.training().stop(),
            new Learner(model, spec, ledger, settings.metricsSteps()),
            ledger,
            coverage,
            new StepAssembler(Learner.batchSize(spec), coverage),
            new CheckpointPolicy(
                settings.checkpointSamples(), settings.checkpointInterval(), System::nanoTime),
            snapshots,
            reporter,
            context.listener(),
            context.metrics(),
            context.clock(),
            System::nanoTime);
    return new Training(plan, parts, restored.refusedRecords(), restored.newest() == null);
  }

  private PublishingDuty publishing(Transactions transactions, PinWatch pins) {
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
        snapshots,
        new ManifestDraft(context, plan, restored),
        publisher,
        pins,
        () -> {
          transactions.close();
          pins.close();
        },
        newestVersion);
  }
}
