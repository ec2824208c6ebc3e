package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.Transactions;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/** What a trainer does when it begins to lead, in an order that no trainer before it can break. */
final class TermStarter {
  private final TrainerContext context;
  private final TrainableModel model;
  private final ProgressChannel progress;
  private final ModelSpec spec;
  private final int triedAfter;

  /**
   * @param triedAfter records on which training has diverged are tried again, if that was so often
   *     at most
   */
  TermStarter(
      TrainerContext context, TrainableModel model, ProgressChannel progress, int triedAfter) {
    this.context = context;
    this.model = model;
    this.progress = progress;
    this.spec = context.job().spec();
    this.triedAfter = triedAfter;
  }

  /** What comes of a beginning. */
  sealed interface Outcome {}

  /**
   * A term whose threads run.
   *
   * @param diverged how often training has diverged after the newest version
   */
  record Begun(Term term, int diverged) implements Outcome {}

  /** There is nothing to do. */
  record Nothing() implements Outcome {}

  /** Training has diverged on what comes next: it is to be tried again later. */
  record Later(long version, int diverged) implements Outcome {}

  /**
   * Fences, reads the lineage, decides where to go on and starts the threads.
   *
   * <p>The order matters. Making the transactions (initTransactions) fences the trainer before us:
   * from then on it can commit nothing, and a transaction that it had open is aborted, or, if it
   * was being committed, complete, before the call returns. Only then are the lineage and the
   * group's offsets read, up to the end of what is committed. So the newest manifest that we see is
   * the last one that anybody but us can ever write; read the other way round, a version could slip
   * in between and be trained twice.
   */
  Outcome begin() throws Exception {
    Transactions transactions =
        new Transactions(
            context
                .clients()
                .weightsProducer(
                    context.clientId("checkpoints"),
                    context.transactionalId(),
                    context.settings().checkpointChunkBytes(),
                    CheckpointPublisher.openAtMost(Network.of(spec).stateLayout())),
            context.transactionalId(),
            "trainer of model " + context.settings().model());
    @Nullable Consumer<byte[], byte[]> consumer = null;
    boolean begun = false;
    try {
      consumer = context.clients().batchConsumer(context.clientId("reader"));
      Outcome outcome = begin(transactions, consumer);
      begun = outcome instanceof Begun;
      return outcome;
    } finally {
      if (!begun) {
        transactions.close();
        if (consumer != null) {
          consumer.close();
        }
      }
    }
  }

  private Outcome begin(Transactions transactions, Consumer<byte[], byte[]> consumer)
      throws Exception {
    CommittedLog log = CommittedLog.of(context.clients(), context.clientId("ends"));
    Lineage lineage =
        Lineage.read(
            context.clients(), context.codec(), context.topics(), context.clientId("lineage"));
    List<LogRange> extents = LogExtents.read(consumer, log, context.topics().batches());
    GroupPositions group = GroupPositions.read(context, extents);
    RestoredModel restored = new Restorer(context).restore(lineage, group);
    GroupPositions passes = group.after(restored.version(), context.batchesId());
    int diverged = passes.diverged(context.specDigest());
    if (diverged > triedAfter) {
      return new Later(restored.version(), diverged);
    }
    EpochLedger ledger = new EpochLedger(restored.state().counters());
    RunPlan plan = plan(extents, passes, restored, ledger);
    if (plan instanceof RunPlan.NothingNew nothing) {
      context.listener().onNotice(nothing.why());
      return new Nothing();
    }
    model.restore(restored.state());
    Term term =
        new TermFactory(context, (RunPlan.Reading) plan, restored, passes, ledger)
            .assemble(model, transactions, consumer, log, progress);
    term.start();
    return new Begun(term, diverged);
  }

  private RunPlan plan(
      List<LogRange> extents, GroupPositions passes, RestoredModel restored, EpochLedger ledger) {
    TrainerSettings settings = context.settings();
    RunPlanner planner =
        new RunPlanner(
            context.topics().batches(),
            settings.epochs(),
            settings.exitAtEnd(),
            settings.acceptGap(),
            extents,
            passes);
    if (restored.newest() != null && planner.isAtEpochEnd(restored.newest())) {
      // The last checkpoint fell on the epoch's last sample, before the epoch was closed.
      ledger.closeIfOpen(spec.training().stop());
    }
    RunPlan plan = planner.plan(restored.newest(), ledger.hasConverged(spec.training().stop()));
    if (plan instanceof RunPlan.Reading reading) {
      if (reading.fresh()) {
        ledger.beginRun();
      }
      tell(reading, restored);
    }
    return plan;
  }

  private void tell(RunPlan.Reading plan, RestoredModel restored) {
    String from =
        restored.newest() == null
            ? "begins model " + context.settings().model()
            : "goes on from version " + restored.version();
    List<Position> positions = plan.from();
    context
        .listener()
        .onNotice(
            context.settings().worker()
                + " "
                + from
                + ": run "
                + plan.run()
                + (plan.epochs() == 0
                    ? ", endless"
                    : ", epoch " + positions.get(0).epoch() + " of " + plan.epochs())
                + ", "
                + String.join("; ", positions.stream().map(Position::toString).toList()));
    plan.resumption().changes().forEach(context.listener()::onNotice);
    plan.resumption()
        .gaps()
        .forEach(
            gap ->
                context
                    .listener()
                    .onNotice(
                        "gap: partition %d offsets %d to %d, %s"
                            .formatted(
                                gap.getPartition(),
                                gap.getStart(),
                                gap.getEnd() - 1,
                                gap.getReason())));
  }
}
