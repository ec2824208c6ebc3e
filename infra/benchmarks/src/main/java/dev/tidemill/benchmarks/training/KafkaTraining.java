package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.benchmarks.engine.Samples;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.trainer.TrainerJob;
import dev.tidemill.trainer.TrainerListener;
import dev.tidemill.trainer.TrainerMetrics;
import dev.tidemill.trainer.TrainerSettings;
import dev.tidemill.trainer.TrainerWorker;
import io.micrometer.core.instrument.Counter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Participant: a trainer as {@code tidemill train} runs it, with one engine thread, which publishes
 * checkpoints. Its own counter gives its speed, from the end of a step to the end of a step. It
 * also times the engine alone, on samples in memory, and copies of a state.
 *
 * @param samples counts trained samples
 * @param versions counts committed checkpoints
 */
record KafkaTraining(TrainerWorker worker, Counter samples, AtomicLong versions)
    implements AutoCloseable {
  private static final int COPIES = 7;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final long STEP_LIMIT_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long POLL_NANOS = 100_000;

  private record Moment(double samples, long nanos) {}

  public static void main(String[] arguments) throws Exception {
    ParticipantLoop.open().serve(Map.of(), TrainingOrder.class, KafkaTraining::round);
  }

  private static Map<String, ?> round(TrainingOrder order) throws Exception {
    if (order.topic().isEmpty()) {
      ModelSpec spec = order.modelSpec();
      ModelState state = ModelState.initial(spec, spec.training().seed());
      try (TrainableModel model = Engines.named(order.engine()).create(state, 1)) {
        return order.seconds() == 0
            ? Map.of("copyMillis", copyMillis(model, ModelState.allocate(spec)))
            : Map.of("samplesPerSecond", samplesPerSecond(model, order));
      }
    }
    try (KafkaTraining trainer = start(order)) {
      trainer.await(trainer.nextStep(), order.warmSeconds());
      long nanosBefore = publishingNanos();
      long versionsBefore = trainer.versions.get();
      double rate = trainer.samplesPerSecond(order.seconds());
      long versions = trainer.versions.get() - versionsBefore;
      double cpuMillis = (publishingNanos() - nanosBefore) / 1e6;
      if (trainer.samples.count() >= order.topicSamples()) {
        // It waits at the end of the log: its speed is wrong.
        throw new IllegalStateException(
            "the trainer read all %d samples of the log before the round ended"
                .formatted(order.topicSamples()));
      }
      return Map.of(
          "samplesPerSecond", rate,
          "versions", versions,
          "publisherCpuMillis", versions == 0 ? 0 : cpuMillis / versions);
    }
  }

  /** Times snapshots of a model at rest, into memory that was used before. */
  private static double[] copyMillis(TrainableModel model, ModelState copy) {
    double[] millis = new double[COPIES + 1];
    for (int i = 0; i < millis.length; i++) {
      long began = System.nanoTime();
      model.beginSnapshot(copy).await();
      millis[i] = (System.nanoTime() - began) / 1e6;
    }
    return Arrays.copyOfRange(millis, 1, millis.length);
  }

  /** The speed of steps on samples in memory, after some that do not count. */
  private static double samplesPerSecond(TrainableModel model, TrainingOrder order) {
    Samples samples = FilledLog.digits(Samples.COUNT);
    TensorBatch batch = new TensorBatch();
    StepMetrics metrics = new StepMetrics();
    double rate = 0;
    long step = 0;
    for (double seconds : List.of(order.warmSeconds(), order.seconds())) {
      long first = step;
      long began = System.nanoTime();
      while (System.nanoTime() - began < seconds * 1e9) {
        samples.fill(batch, step++, order.batchSize());
        model.step(batch);
        model.drainMetrics(metrics);
      }
      rate = (step - first) * order.batchSize() / ((System.nanoTime() - began) / 1e9);
    }
    return rate;
  }

  /** CPU time of the threads that make and send versions. */
  private static long publishingNanos() {
    long nanos = 0;
    for (long id : THREADS.getAllThreadIds()) {
      ThreadInfo thread = THREADS.getThreadInfo(id);
      String name = thread == null ? "" : thread.getThreadName();
      boolean sends = name.startsWith("kafka-producer") && name.contains("-checkpoints");
      if (name.endsWith("-publisher") || sends) {
        nanos += Math.max(0, THREADS.getThreadCpuTime(id));
      }
    }
    return nanos;
  }

  /** Starts a trainer of a new model, which reads the order's topic from its beginning. */
  static KafkaTraining start(TrainingOrder order) {
    Map<String, String> settings =
        Map.of(
            "topic.batches", order.topic(),
            "engine.threads", "1",
            "checkpoint.interval.ms", Long.toString(order.checkpointMillis()),
            "checkpoint.interval.samples", Long.toString(Long.MAX_VALUE));
    String model = "bench-" + UUID.randomUUID();
    TopicPlan onePartition = new TopicPlan(1, 1, 1);
    ModelContext context =
        Broker.createModel(order.bootstrapServers(), model, onePartition, settings);
    TrainerSettings trainerSettings = TrainerSettings.from(model, context.settings());
    Metrics metrics = new Metrics(model);
    AtomicLong versions = new AtomicLong();
    TrainerWorker worker =
        new TrainerWorker(
            trainerSettings,
            context.clients(),
            context.topics(),
            context.codec(),
            new TrainerJob(order.modelSpec(), Engines.named(order.engine()), Optional.empty()),
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
    return new KafkaTraining(worker, samples, versions);
  }

  /**
   * The speed during the next seconds.
   *
   * @throws IllegalStateException if the trainer fails
   */
  double samplesPerSecond(double seconds) {
    Moment first = nextStep();
    await(first, seconds);
    Moment last = nextStep();
    return (last.samples - first.samples) / ((last.nanos - first.nanos) / 1e9);
  }

  @Override
  public void close() {
    worker.close();
  }

  /** Waits for the end of the next step. */
  private Moment nextStep() {
    long limit = System.nanoTime() + STEP_LIMIT_NANOS;
    double before = samples.count();
    while (samples.count() == before) {
      requireAlive();
      if (System.nanoTime() > limit) {
        throw new IllegalStateException("no step within a minute: " + worker.health());
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return new Moment(samples.count(), System.nanoTime());
  }

  private void await(Moment from, double seconds) {
    long until = from.nanos + (long) (seconds * 1e9);
    for (long left = 1; left > 0; left = until - System.nanoTime()) {
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
