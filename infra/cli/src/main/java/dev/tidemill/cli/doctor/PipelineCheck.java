package dev.tidemill.cli.doctor;

import dev.tidemill.checkpoints.ManifestLog;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.contract.Contract;
import dev.tidemill.dashboard.state.ModelView.WorkerRow;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.requests.PredictionClient;
import dev.tidemill.producer.requests.RequestSettings;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.WorkerRole;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Sends one request through the whole pipeline and waits for its answer. The request conforms to
 * the data contract, so that it becomes no dead letter.
 */
final class PipelineCheck implements Check {
  /** What the ids of a probe's requests begin with. */
  static final String REQUEST_ID = "doctor-";

  private final ClusterAccess cluster;
  private final AnnouncedWorkers workers;
  private final boolean probes;

  /**
   * @param probes whether it may write
   */
  PipelineCheck(ClusterAccess cluster, AnnouncedWorkers workers, boolean probes) {
    this.cluster = cluster;
    this.workers = workers;
    this.probes = probes;
  }

  @Override
  public String name() {
    return "pipeline";
  }

  @Override
  public List<Finding> run() throws Exception {
    if (!probes) {
      return List.of(Finding.notChecked("--no-probe: this needs a request", null));
    }
    ModelContext context = cluster.context();
    if (!workers.isReadable()) {
      return List.of(Finding.notChecked("topics of the model are missing (see topics)", null));
    }
    List<Long> served =
        workers.all().stream()
            .filter(worker -> worker.isRunning() && isInference(worker))
            .map(WorkerRow::version)
            .toList();
    if (served.isEmpty()) {
      return List.of(
          Finding.notChecked(
              "no inference worker runs", "tidemill serve --model " + context.model()));
    }
    if (served.contains(0L)) {
      return List.of(
          Finding.notChecked(
              "an inference worker has no version to serve yet",
              "tidemill produce and tidemill train --model " + context.model()));
    }
    Optional<ProbeSample> sample = sample(context, served);
    return sample.isEmpty()
        ? List.of(
            Finding.notChecked(
                "the versions that are served differ in their data contract",
                "try again when all inference workers serve the same version"))
        : List.of(ask(context, sample.get()));
  }

  private static boolean isInference(WorkerRow worker) {
    return worker.role().equals(WorkerRole.INFERENCE.name());
  }

  /** Returns a sample that every version takes that may answer; empty if there is none. */
  private Optional<ProbeSample> sample(ModelContext context, List<Long> versions) {
    ManifestLog manifests =
        ManifestLog.of(context.clients(), context.codec(), context.topics(), cluster.clientId());
    List<Contract> contracts = context.contracts();
    List<ProbeSample> samples =
        versions.stream()
            .distinct()
            .map(version -> manifests.version(version).orElseThrow(() -> unknown(version)))
            .map(manifest -> ProbeSample.of(manifest, contracts))
            .distinct()
            .toList();
    return samples.size() == 1 ? Optional.of(samples.get(0)) : Optional.empty();
  }

  private static IllegalStateException unknown(long version) {
    return new IllegalStateException(
        "an inference worker serves version " + version + ", which is not on checkpoints");
  }

  private static Finding ask(ModelContext context, ProbeSample sample) throws InterruptedException {
    ProbeAnswer answer = new ProbeAnswer();
    RequestSettings settings =
        RequestSettings.from(context.settings())
            .withRate(0)
            .withIdPrefix(REQUEST_ID + UUID.randomUUID() + "-");
    try (Metrics metrics = new Metrics(context.model());
        PredictionClient client =
            new PredictionClient(
                context.destination(),
                TopicRole.CALLER,
                sample.contracts(),
                new ProbeSource(sample.sample()),
                settings,
                answer,
                metrics)) {
      client.start();
      client.awaitEnd();
      Health health = client.health();
      if (!health.isAlive()) {
        throw new IllegalStateException(health.detail(), health.cause());
      }
    }
    return answer.finding(settings.timeout());
  }
}
