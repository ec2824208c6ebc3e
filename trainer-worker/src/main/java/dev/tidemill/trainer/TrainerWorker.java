package dev.tidemill.trainer;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.RecordLoop;
import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.Worker;
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
  private static final Duration CLOSE = Duration.ofMillis(4_500);

  private final TrainerContext context;
  private final Leadership leadership;
  private final DutyThread thread;

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
    requireBounds(settings, job);
    context =
        new TrainerContext(
            settings,
            clients,
            topics,
            codec,
            job,
            new TrainerMetrics(metrics, settings.model()),
            listener,
            Clock.systemUTC());
    leadership = new Leadership(context);
    thread =
        new DutyThread(
            RecordLoop.subscribed(
                context.clientId("lead"),
                clients.stickyConsumer(context.clientId("lead"), context.leadGroup()),
                List.of(topics.control()),
                leadership));
  }

  @Override
  public String name() {
    return context.settings().worker();
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public Health health() {
    Health health = thread.health();
    return health.state() == Health.State.READY ? leadership.health() : health;
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    thread.awaitEnd();
  }

  /** Publishes what was trained before it ends. */
  @Override
  public void close() {
    thread.close(CLOSE);
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
