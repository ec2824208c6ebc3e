package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.messaging.Transactions;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/** What a trainer does when it begins to lead, in an order that no trainer before it can break. */
final class TermBeginning {
  private final TrainerContext context;
  private final TrainableModel model;
  private final ProgressChannel progress;
  private final ModelSpec spec;

  TermBeginning(TrainerContext context, TrainableModel model, ProgressChannel progress) {
    this.context = context;
    this.model = model;
    this.progress = progress;
    this.spec = context.job().spec();
  }

  /**
   * Fences, reads the lineage, decides where to go on and starts the threads.
   *
   * <p>The order matters. Making the transactions (initTransactions) fences the trainer before us:
   * from then on it can commit nothing, and a transaction that it had open is aborted, or, if it
   * was being committed, complete, before the call returns. Only then is the lineage read, up to
   * the end of what is committed. So the newest manifest that we see is the last one that anybody
   * but us can ever write; read the other way round, a version could slip in between and be trained
   * twice.
   *
   * @return empty if there is nothing to do
   */
  Optional<Term> begin() throws Exception {
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
    Consumer<byte[], byte[]> consumer = null;
    PinWatch pins = null;
    try {
      Restored restored = new Restorer(context).restore();
      EpochLedger ledger = new EpochLedger(restored.state().counters());
      consumer = context.clients().assignedConsumer(context.clientId("reader"));
      RunPlan plan = plan(consumer, restored, ledger);
      if (plan instanceof RunPlan.Reading reading) {
        pins = PinWatch.open(context);
        model.restore(restored.state());
        Term term =
            new TermAssembly(context, reading, restored, ledger)
                .assemble(model, transactions, consumer, pins, progress);
        term.start();
        return Optional.of(term);
      }
      context.listener().onNotice(((RunPlan.NothingNew) plan).why());
    } catch (Exception e) {
      close(transactions, consumer, pins);
      throw e;
    }
    close(transactions, consumer, pins);
    return Optional.empty();
  }

  private RunPlan plan(Consumer<byte[], byte[]> consumer, Restored restored, EpochLedger ledger) {
    TrainerSettings settings = context.settings();
    if (restored.newest() != null && RunPlanner.isAtEpochEnd(restored.newest())) {
      // The last checkpoint fell on the epoch's last sample, before the epoch was closed.
      ledger.closeIfOpen(spec.training().stop());
    }
    RunPlan plan =
        new RunPlanner(
                context.topics().batches(),
                settings.epochs(),
                settings.exitAtEnd(),
                LogExtents.read(consumer, context.topics().batches()))
            .plan(restored.newest(), ledger.hasConverged(spec.training().stop()));
    if (plan instanceof RunPlan.Reading reading) {
      if (reading.fresh()) {
        ledger.beginRun();
      }
      context.listener().onNotice(sentence(reading, restored));
    }
    return plan;
  }

  private String sentence(RunPlan.Reading plan, Restored restored) {
    String from =
        restored.newest() == null
            ? "begins model " + context.settings().model()
            : "goes on from version " + restored.version();
    List<Position> positions = plan.from();
    return context.settings().worker()
        + " "
        + from
        + ": run "
        + plan.run()
        + (plan.epochs() == 0
            ? ", endless"
            : ", epoch " + positions.get(0).epoch() + " of " + plan.epochs())
        + ", "
        + String.join("; ", positions.stream().map(Position::toString).toList());
  }

  private static void close(
      Transactions transactions,
      @Nullable Consumer<byte[], byte[]> consumer,
      @Nullable PinWatch pins) {
    transactions.close();
    if (consumer != null) {
      consumer.close();
    }
    if (pins != null) {
      pins.close();
    }
  }
}
