package dev.tidemill.benchmarks.training;

import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.trainer.TrainerJob;
import dev.tidemill.trainer.TrainerListener;
import dev.tidemill.trainer.TrainerMetrics;
import dev.tidemill.trainer.TrainerSettings;
import dev.tidemill.trainer.TrainerWorker;
import io.micrometer.core.instrument.Counter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A trainer as {@code tidemill train} runs it, one engine thread, whose speed is read off its own
 * counter: from the end of a step to the end of a step.
 */
final class RunningTrainer implements AutoCloseable {
  private static final long START_LIMIT_NANOS = 60_000_000_000L;
  private static final long LOOK_NANOS = 100_000;

  private final TrainerWorker worker;
  private final Counter samples;
  private final AtomicLong versions;

  private RunningTrainer(TrainerWorker worker, Counter samples, AtomicLong versions) {
    this.worker = worker;
    this.samples = samples;
    this.versions = versions;
  }

  /** Starts one of a new model, which reads the order's topic from its beginning. */
  static RunningTrainer start(TrainingOrder order, ModelSpec spec, Map<String, String> settings) {
    String model = "bench-" + UUID.randomUUID();
    Topics topics = Topics.of("bench", model).withOverride(Topics.Name.BATCHES, order.topic());
    KafkaClients clients = new KafkaClients(KafkaSettings.at(order.bootstrapServers()));
    try (TopicAdmin admin = new TopicAdmin(clients, "bench")) {
      List<String> unused = admin.create(topics, new TopicPlan(1, 1, 1));
    }
    TrainerSettings trainerSettings = settings(model, settings);
    Metrics metrics = new Metrics(model);
    AtomicLong versions = new AtomicLong();
    TrainerWorker worker =
        new TrainerWorker(
            trainerSettings,
            clients,
            topics,
            new RecordCodec(new SingleObjectFormat()),
            new TrainerJob(spec, Engines.named(order.engine()), Optional.empty()),
            metrics,
            new TrainerListener() {
              @Override
              public void onCheckpoint(Checkpoint manifest) {
                versions.incrementAndGet();
              }
            });
    worker.start();
    Counter samples =
        metrics.worker(trainerSettings.worker()).counter(TrainerMetrics.SAMPLES_TRAINED);
    return new RunningTrainer(worker, samples, versions);
  }

  private static TrainerSettings settings(String model, Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    all.put("engine.threads", "1");
    return TrainerSettings.from(model, Settings.check(all, List.of(TrainerSettings.configDef())));
  }

  /** Returns when it has trained for so long. */
  void await(double seconds) {
    Moment first = nextStep();
    pass(first.nanos + (long) (seconds * 1e9));
  }

  /**
   * Over the next so many seconds.
   *
   * @throws IllegalStateException if it fails
   */
  double samplesPerSecond(double seconds) {
    Moment first = nextStep();
    pass(first.nanos + (long) (seconds * 1e9));
    Moment last = nextStep();
    return (last.samples - first.samples) / ((last.nanos - first.nanos) / 1e9);
  }

  /**
   * Whether what it trained so far was less than what there is: a trainer that has reached the
   * log's end waits, and its speed is nobody's.
   */
  void requireFewerThan(long there) {
    if (samples.count() >= there) {
      throw new IllegalStateException(
          "the log of " + there + " samples was at its end before the round was");
    }
  }

  /** Versions that it has committed. */
  long versions() {
    return versions.get();
  }

  @Override
  public void close() {
    worker.close();
  }

  private record Moment(double samples, long nanos) {}

  /** When the next step ends. */
  private Moment nextStep() {
    long limit = System.nanoTime() + START_LIMIT_NANOS;
    double before = samples.count();
    while (samples.count() == before) {
      requireAlive();
      if (System.nanoTime() > limit) {
        throw new IllegalStateException("no step within a minute: " + worker.health());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return new Moment(samples.count(), System.nanoTime());
  }

  private void pass(long untilNanos) {
    for (long left = 1; left > 0; left = untilNanos - System.nanoTime()) {
      requireAlive();
      LockSupport.parkNanos(Math.max(1, Math.min(left, 10_000_000)));
    }
  }

  private void requireAlive() {
    Health health = worker.health();
    if (!health.isAlive()) {
      throw new IllegalStateException("the trainer has ended: " + health);
    }
  }
}
