package dev.tidemill.trainer;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.TrainingCounters;
import dev.tidemill.schemas.Checkpoint;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Drafts the manifests of a term, without their payload. Publishing thread. */
final class ManifestDraft {
  private final TrainerContext context;
  private final RunPlan.Reading plan;
  private final String topicId;
  private final int classLabels;
  private final KnownContracts contracts;
  private final TrainingReports reports;
  private final long root;
  private int contract;
  private long version;
  private List<String> changes;

  ManifestDraft(
      TrainerContext context,
      RunPlan.Reading plan,
      RestoredModel restored,
      KnownContracts contracts) {
    this.context = context;
    this.plan = plan;
    this.topicId = context.batchesId();
    this.version = restored.version();
    this.root = restored.root();
    // A version that begins a model has no samples before it.
    this.contract = root > version ? TrainingReports.UNKNOWN : restored.state().contract();
    this.changes = restored.changes();
    Network network = Network.of(restored.state().spec());
    this.classLabels = network.classLabels();
    this.contracts = contracts;
    this.reports = new TrainingReports(contracts, network);
  }

  /** Drafts the next manifest. Only the first one of a term names changes of the spec. */
  Checkpoint next(Publishable.Snapshot snapshot) {
    TrainingCounters counters = snapshot.state().counters();
    MetricSums added = snapshot.added();
    @Nullable Long parent = version == 0 ? null : version;
    version++;
    Checkpoint manifest =
        Checkpoint.newBuilder()
            .setModel(context.settings().model())
            .setVersion(version)
            .setParent(parent)
            .setRun(plan.run())
            .setSpec(snapshot.state().spec().toYaml())
            .setContract(snapshot.state().contract())
            .setContractDigest(contracts.digest(snapshot.state().contract()))
            .setEngine(context.job().engine().name())
            .setTopic(context.topics().batches())
            .setTopicId(topicId)
            .setRestart(snapshot.restart())
            .setRoot(root)
            .setGaps(snapshot.gaps())
            .setRanges(snapshot.ranges())
            .setPositions(snapshot.positions().stream().map(Position::toManifest).toList())
            .setBounds(plan.bounds().stream().map(LogRange::toManifest).toList())
            .setEpochs(plan.epochs())
            .setSteps(counters.steps())
            .setSamples(counters.samples())
            .setLoss(added.samples() == 0 ? null : added.loss())
            .setAccuracy(accuracy(added))
            .setErrors(reports.manifestErrors(added, contract, snapshot.state().contract()))
            .setRefusedRecords(snapshot.refusedRecords())
            .setChanges(Stream.concat(changes.stream(), snapshot.changes().stream()).toList())
            .setPayload(null)
            .setCreatedAt(snapshot.createdAt())
            .setWorker(context.settings().worker())
            .build();
    changes = List.of();
    contract = snapshot.state().contract();
    return manifest;
  }

  private @Nullable Double accuracy(MetricSums added) {
    return classLabels > 0 && added.samples() > 0 ? added.accuracy(classLabels) : null;
  }
}
