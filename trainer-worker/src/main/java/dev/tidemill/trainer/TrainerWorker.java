package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.RecordLoop;
import dev.tidemill.messaging.TopicContract;
import dev.tidemill.messaging.TopicGuard;
import dev.tidemill.messaging.TopicLimits;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.runtime.DutyPolicy;
import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.Supervisor;
import dev.tidemill.runtime.Worker;
import dev.tidemill.runtime.WorkerMetrics;
import dev.tidemill.schemas.Topics;
import dev.tidemill.trainer.drift.DriftPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Trains a model from its batches and publishes checkpoints while it leads. One trainer of a model
 * leads. The worker ends when a bounded run is done, or at the end of the log with {@link
 * TrainerSettings#EXIT_AT_END}. After a failure it ends with {@link Health#failed}.
 */
public final class TrainerWorker implements Worker {
  /** Extra time to close, beyond the term's: a term may need it to abandon threads. */
  private static final Duration TERM_MARGIN = Duration.ofMillis(800);

  private final TrainerContext context;
  private final Supervisor threads;

  /**
   * Creates a worker that runs after {@link #start}.
   *
   * @throws InvalidSettingsException if the spec and the settings contradict each other
   * @throws dev.tidemill.messaging.UnreachableBrokerException if no broker address is known
   */
  public TrainerWorker(
      TrainerSettings settings,
      KafkaClients clients,
      Topics topics,
      RecordCodec codec,
      TrainerJob job,
      Metrics metrics,
      TrainerListener listener) {
    this(settings, TrainerTiming.DEFAULT, clients, topics, codec, job, metrics, listener);
  }

  TrainerWorker(
      TrainerSettings settings,
      TrainerTiming timing,
      KafkaClients clients,
      Topics topics,
      RecordCodec codec,
      TrainerJob job,
      Metrics metrics,
      TrainerListener listener) {
    requireNoInitialWeights(settings, job);
    Optional<ModelSpec> spec = job.template().withoutData();
    spec.ifPresent(known -> requireBounds(settings, known));
    WorkerMetrics registered = metrics.worker(settings.worker());
    HealthMonitor monitor = new HealthMonitor(settings.worker(), Clock.systemUTC(), registered);
    codec.reportTo(monitor);
    TopicGuard guard =
        TopicGuard.of(
            clients,
            contract(settings, clients, topics, spec),
            monitor,
            settings.worker() + "-topics",
            timing.topicCheck());
    context =
        new TrainerContext(
            settings,
            timing,
            clients,
            topics,
            guard,
            codec,
            job,
            new TrainerMetrics(registered),
            monitor,
            new KnownVersion(),
            listener,
            Clock.systemUTC());
    Leadership leadership = new Leadership(context);
    threads =
        new Supervisor(
            settings.worker(),
            monitor,
            Term.closeTimeout(
                    job.template().adapts()
                        ? Long.MAX_VALUE
                        : spec.map(Term::stateBytes).orElse(Long.MAX_VALUE))
                .plus(TERM_MARGIN));
    threads.refineHealth(leadership::refine);
    DutyThread topicGuard = threads.add(new GuardDuty(context, leadership));
    DutyThread unused =
        threads.add(
            RecordLoop.subscribed(
                context.clientId("lead"),
                clients.stickyConsumer(context.clientId("lead"), context.leadGroup()),
                List.of(topics.control()),
                leadership),
            DutyPolicy.standard().whenEnding(topicGuard::stop));
  }

  private static TopicContract contract(
      TrainerSettings settings, KafkaClients clients, Topics topics, Optional<ModelSpec> spec) {
    TopicLimits limits =
        TopicLimits.NONE.withRecord(Topics.Name.CHECKPOINT_CHUNKS, settings.checkpointChunkBytes());
    if (spec.isPresent()) {
      limits =
          limits.withTransaction(
              CheckpointPublisher.openAtMost(Network.of(spec.get()).stateLayout()));
    }
    return new TopicContract(
        TopicRole.TRAINER, topics, settings.model(), clients.bootstrapServers(), limits);
  }

  @Override
  public String name() {
    return context.settings().worker();
  }

  /** Returns the newest version that this trainer committed; 0 before its first. Any thread. */
  public long committedVersion() {
    return context.metrics().version();
  }

  @Override
  public void start() {
    threads.start();
  }

  @Override
  public Health health() {
    return threads.health();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    threads.awaitEnd();
  }

  /** Publishes what was trained, then stops. */
  @Override
  public void close() {
    threads.close();
  }

  /** Rejects a policy that would replace the file's weights by fresh parameters. */
  private static void requireNoInitialWeights(TrainerSettings settings, TrainerJob job) {
    if (job.init().isPresent() && settings.drift().policy() == DriftPolicy.RETRAIN) {
      throw new InvalidSettingsException(
          List.of(
              "drift.policy=retrain begins with fresh parameters, not with the weights of --init:"
                  + " omit one of them, or choose another drift.policy"));
    }
  }

  /** Rejects an endless run for specs that need the end of an epoch. */
  static void requireBounds(TrainerSettings settings, ModelSpec spec) {
    if (settings.epochs() > 0) {
      return;
    }
    if (spec.training().fullBatch() && settings.drift().policy() == DriftPolicy.RETRAIN) {
      throw new InvalidSettingsException(
          List.of(
              "drift.policy=retrain does not work with training.batch_size: full, with which nothing"
                  + " is watched: set a number of samples, or choose another drift.policy"));
    }
    if (spec.training().fullBatch()) {
      throw new InvalidSettingsException(
          List.of(
              "training.batch_size: full needs a bounded run; set trainer.epochs to 1 or more"));
    }
    if (spec.training().stop().isPresent()) {
      throw new InvalidSettingsException(
          List.of("training.stop needs a bounded run; set trainer.epochs to 1 or more"));
    }
  }
}
