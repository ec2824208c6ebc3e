package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.Transactions;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts a term, in an order that no earlier leader can disturb. */
final class TermStarter {
  private final TrainerContext context;
  private final TrainableModel model;
  private final ProgressChannel progress;
  private final ModelSpec spec;
  private final int maxDivergences;

  /**
   * @param maxDivergences do not start if training diverged more often after the newest version
   */
  TermStarter(
      TrainerContext context, TrainableModel model, ProgressChannel progress, int maxDivergences) {
    this.context = context;
    this.model = model;
    this.progress = progress;
    this.spec = context.job().spec();
    this.maxDivergences = maxDivergences;
  }

  /** The outcome of a start. */
  sealed interface Outcome {}

  /**
   * A term with running threads.
   *
   * @param diverged how often training diverged after the newest version
   */
  record Started(Term term, int diverged) implements Outcome {}

  /** Everything is trained already. */
  record NothingToDo() implements Outcome {}

  /** Training diverged on the next records; try again later. */
  record RetryLater(long version, int diverged) implements Outcome {}

  /**
   * Fences earlier leaders, reads the lineage, decides where to continue and starts the threads.
   *
   * <p>The order matters. The new producer's {@code initTransactions} fences the previous leader,
   * which can commit nothing from then on. Before the call returns, an open transaction of that
   * leader is aborted, or completed if its commit had started. Only then does this read the lineage
   * and the group's offsets, up to the end of the committed records. So no other trainer can write
   * a manifest after the newest one that this reads. In the opposite order, another version could
   * appear in between, and its samples would be trained twice.
   */
  Outcome start() throws Exception {
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
    boolean started = false;
    try {
      consumer = context.clients().batchConsumer(context.clientId("reader"));
      Outcome outcome = start(transactions, consumer);
      started = outcome instanceof Started;
      return outcome;
    } finally {
      if (!started) {
        transactions.close();
        if (consumer != null) {
          consumer.close();
        }
      }
    }
  }

  private Outcome start(Transactions transactions, Consumer<byte[], byte[]> consumer)
      throws Exception {
    CommittedLog log = CommittedLog.of(context.clients(), context.clientId("ends"));
    Lineage lineage =
        Lineage.read(
            context.clients(), context.codec(), context.topics(), context.clientId("lineage"));
    List<LogRange> extents = LogExtents.read(consumer, log, context.topics().batches());
    GroupPositions group = GroupPositions.read(context, extents);
    KnownContracts contracts = KnownContracts.read(context);
    RestoredModel restored = new Restorer(context).restore(lineage, group);
    GroupPositions passes = group.after(restored.version(), context.batchesId());
    int diverged = passes.diverged(context.specDigest());
    if (diverged > maxDivergences) {
      return new RetryLater(restored.version(), diverged);
    }
    EpochLedger ledger = new EpochLedger(restored.state().counters());
    RunPlan plan = plan(extents, passes, restored, ledger);
    if (plan instanceof RunPlan.NothingNew nothing) {
      context.listener().onNotice(nothing.why());
      return new NothingToDo();
    }
    model.restore(restored.state());
    Term term =
        new TermFactory(context, (RunPlan.Reading) plan, restored, contracts, passes, ledger)
            .assemble(model, transactions, consumer, log, progress);
    term.start();
    return new Started(term, diverged);
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
      // The last checkpoint was taken at the epoch's last sample, before the epoch was closed.
      ledger.closeIfOpen(spec.training().stop());
    }
    RunPlan plan = planner.plan(restored.newest(), ledger.hasConverged(spec.training().stop()));
    if (plan instanceof RunPlan.Reading reading) {
      if (reading.fresh()) {
        ledger.beginRun();
      }
      announce(reading, restored);
    }
    return plan;
  }

  private void announce(RunPlan.Reading plan, RestoredModel restored) {
    String from =
        restored.newest() == null
            ? "starts training model " + context.settings().model()
            : "continues from version " + restored.version();
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
                + ", from "
                + positions.stream()
                    .map(at -> "partition " + at.partition() + " offset " + at.offset())
                    .collect(Collectors.joining(", ")));
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
