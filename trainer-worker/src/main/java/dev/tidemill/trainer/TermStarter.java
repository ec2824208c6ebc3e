package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.contract.Contract;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.TrainingSpec;
import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.Transactions;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts a term, in an order that no earlier leader can disturb. */
final class TermStarter {
  private final TrainerContext context;
  private final Function<ModelSpec, TrainableModel> models;
  private final ProgressChannel progress;
  private final int maxDivergences;
  private final OperatorCommands.Unanswered unanswered;

  /**
   * @param models returns a model for the term's spec
   * @param maxDivergences do not start if training diverged more often after the newest version
   * @param unanswered commands that the leader's previous term left
   */
  TermStarter(
      TrainerContext context,
      Function<ModelSpec, TrainableModel> models,
      ProgressChannel progress,
      int maxDivergences,
      OperatorCommands.Unanswered unanswered) {
    this.context = context;
    this.models = models;
    this.progress = progress;
    this.maxDivergences = maxDivergences;
    this.unanswered = unanswered;
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
   *
   * <p>The data contract is read before, for the size of the state, and again after the extents of
   * the batches, so that the versions of all batches within them are known.
   */
  Outcome start() throws Exception {
    KnownContracts contracts = KnownContracts.read(context);
    ModelSpec expected =
        SpecSizes.resolve(context.job().template(), contracts.newest(), Optional.empty());
    TrainerWorker.requireBounds(context.settings(), expected);
    Transactions transactions =
        new Transactions(
            context
                .clients()
                .weightsProducer(
                    context.clientId("checkpoints"),
                    context.transactionalId(),
                    context.settings().checkpointChunkBytes(),
                    CheckpointPublisher.openAtMost(Network.of(expected).stateLayout())),
            context.transactionalId(),
            "trainer of model " + context.settings().model());
    @Nullable Consumer<byte[], byte[]> consumer = null;
    boolean started = false;
    try {
      consumer = context.clients().batchConsumer(context.clientId("reader"));
      Outcome outcome = start(transactions, consumer, contracts);
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

  private Outcome start(
      Transactions transactions, Consumer<byte[], byte[]> consumer, KnownContracts contracts)
      throws Exception {
    CommittedLog log = CommittedLog.of(context.clients(), context.clientId("ends"));
    Lineage lineage =
        Lineage.read(
            context.clients(), context.codec(), context.topics(), context.clientId("lineage"));
    List<LogRange> extents = LogExtents.read(consumer, log, context.topics().batches());
    GroupPositions group = GroupPositions.read(context, extents);
    contracts.readAgain();
    RestoredModel restored = new Restorer(context, contracts).restore(lineage, group);
    GroupPositions passes = group.after(restored.version(), context.batchesId());
    int diverged = passes.diverged(context.specDigest(restored.state().spec()));
    if (diverged > maxDivergences) {
      return new RetryLater(restored.version(), diverged);
    }
    EpochLedger ledger = new EpochLedger(restored.state().counters());
    RunPlan plan = plan(extents, passes, restored, contracts, ledger);
    if (plan instanceof RunPlan.NothingNew nothing) {
      context.listener().onNotice(nothing.why());
      return new NothingToDo();
    }
    TrainableModel model = models.apply(restored.state().spec());
    model.restore(restored.state());
    Term term =
        new TermFactory(
                context, (RunPlan.Reading) plan, restored, contracts, passes, ledger, unanswered)
            .assemble(model, transactions, consumer, log, progress);
    term.start();
    return new Started(term, diverged);
  }

  private RunPlan plan(
      List<LogRange> extents,
      GroupPositions passes,
      RestoredModel restored,
      KnownContracts contracts,
      EpochLedger ledger) {
    TrainerSettings settings = context.settings();
    Optional<TrainingSpec.Stop> stop = restored.state().spec().training().stop();
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
      ledger.closeIfOpen(stop);
    }
    RunPlan plan = planner.plan(restored.newest(), ledger.hasConverged(stop));
    if (plan instanceof RunPlan.Reading reading) {
      if (reading.fresh()) {
        ledger.beginRun();
      }
      announce(reading, restored, contracts.newest());
    }
    return plan;
  }

  /** Says that the contract of the model's versions was replaced: their batches are refused. */
  private static Optional<String> replaced(RestoredModel restored, Optional<Contract> contract) {
    int had = restored.state().contract();
    return contract
        .filter(newest -> had > 0 && !newest.accepts(had))
        .map(
            newest ->
                "data contract version "
                    + newest.version()
                    + " replaced version "
                    + had
                    + ", which version "
                    + restored.version()
                    + " was trained with: older batches are refused, in every epoch");
  }

  private void announce(RunPlan.Reading plan, RestoredModel restored, Optional<Contract> contract) {
    String from =
        restored.newest() == null
            ? "starts training model " + context.settings().model()
            : restored.root() > restored.version()
                ? "begins a new model after version " + restored.version()
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
    replaced(restored, contract).ifPresent(context.listener()::onNotice);
    contract
        .flatMap(newest -> CategoryColumns.notEmbedded(restored.state().spec(), newest))
        .ifPresent(context.listener()::onNotice);
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
