package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
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
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Trains a model from its batches and publishes checkpoints, if it leads; of all trainers of one
 * model, one does. It ends by itself when a bounded run is done, or at the log's end if it was told
 * so; with {@link Health#failed} when anything fails.
 */
public final class TrainerWorker implements Worker {
  /** How much longer than a term the worker has to close: a term may abandon threads at its end. */
  private static final Duration BEYOND_THE_TERM = Duration.ofMillis(800);

  private final TrainerContext context;
  private final Supervisor threads;

  /**
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
    requireBounds(settings, job);
    WorkerMetrics registered = metrics.worker(settings.worker());
    HealthMonitor monitor = new HealthMonitor(settings.worker(), Clock.systemUTC(), registered);
    codec.reportTo(monitor);
    TopicGuard guard =
        TopicGuard.of(
            clients,
            contract(settings, clients, topics, job),
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
            Term.closeTimeout(Term.stateBytes(job)).plus(BEYOND_THE_TERM));
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
      TrainerSettings settings, KafkaClients clients, Topics topics, TrainerJob job) {
    TopicLimits limits =
        TopicLimits.NONE
            .withRecord(Topics.Name.CHECKPOINT_CHUNKS, settings.checkpointChunkBytes())
            .withTransaction(CheckpointPublisher.openAtMost(Network.of(job.spec()).stateLayout()));
    return new TopicContract(
        TopicRole.TRAINER, topics, settings.model(), clients.bootstrapServers(), limits);
  }

  @Override
  public String name() {
    return context.settings().worker();
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

  /** Publishes what was trained before it ends. */
  @Override
  public void close() {
    threads.close();
  }

  /** What needs an end of an epoch needs a run that has one. */
  private static void requireBounds(TrainerSettings settings, TrainerJob job) {
    if (settings.epochs() > 0) {
      return;
    }
    if (job.spec().training().fullBatch()) {
      throw new InvalidSettingsException(
          List.of("training.batch_size: full needs a bounded run: set epochs to 1 or more"));
    }
    if (job.spec().training().stop().isPresent()) {
      throw new InvalidSettingsException(
          List.of("training.stop needs a bounded run: set epochs to 1 or more"));
    }
  }
}
