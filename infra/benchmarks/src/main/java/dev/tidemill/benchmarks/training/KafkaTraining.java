package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.benchmarks.engine.Samples;
import dev.tidemill.benchmarks.engine.TimedRound;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.runtime.Metrics;
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
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * Participant: a trainer as {@code tidemill train} runs it, with one engine thread, which publishes
 * checkpoints. Its own counter gives its speed, from the end of a step to the end of a step. It
 * also times the engine alone, on samples in memory, and copies of a state.
 *
 * @param samples counts trained samples
 */
record KafkaTraining(TrainerWorker worker, Counter samples) implements AutoCloseable {
  private static final int COPIES = 7;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * What a participant trains.
   *
   * @param engine the engine's name; peers ignore it
   * @param spec a built-in network's name, for peers
   * @param yaml the same network for Tidemill, with the batch size
   * @param warmSeconds before the time counts
   * @param seconds that count; 0 to time copies of the state instead
   * @param topic of the {@link FilledLog}, which is read from its beginning; empty for samples in
   *     memory
   * @param topicSamples in the topic
   * @param checkpointMillis from one checkpoint to the next
   */
  record Order(
      String engine,
      String spec,
      String yaml,
      int batchSize,
      double warmSeconds,
      double seconds,
      String bootstrapServers,
      String topic,
      long topicSamples,
      long checkpointMillis) {}

  public static void main(String[] arguments) throws Exception {
    ParticipantLoop.open().serve(Map.of(), Order.class, KafkaTraining::round);
  }

  private static Map<String, ?> round(Order order) throws Exception {
    if (order.topic().isEmpty()) {
      ModelSpec spec = ModelSpec.parse(order.yaml());
      ModelState state = ModelState.initial(spec, spec.training().seed());
      try (TrainableModel model = Engines.named(order.engine()).create(state, 1)) {
        return order.seconds() == 0
            ? Map.of("copyMillis", copyMillis(model, ModelState.allocate(spec)))
            : Map.of("samplesPerSecond", samplesPerSecond(model, order));
      }
    }
    try (KafkaTraining trainer = start(order)) {
      trainer.nextStep().sleep(order.warmSeconds());
      long nanosBefore = publishingNanos();
      long versionsBefore = trainer.worker.committedVersion();
      Moment first = trainer.nextStep();
      first.sleep(order.seconds());
      double rate = trainer.nextStep().perSecondSince(first);
      long versions = trainer.worker.committedVersion() - versionsBefore;
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
  private static double samplesPerSecond(TrainableModel model, Order order) {
    Samples samples = FilledLog.digits(Samples.COUNT);
    TensorBatch batch = new TensorBatch();
    StepMetrics metrics = new StepMetrics();
    LongConsumer step =
        number -> {
          samples.fill(batch, number, order.batchSize());
          model.step(batch);
          model.drainMetrics(metrics);
        };
    var unused = TimedRound.run(order.batchSize(), order.warmSeconds(), step, () -> {});
    return TimedRound.run(order.batchSize(), order.seconds(), step, () -> {}).samplesPerSecond();
  }

  /** CPU time of the threads that make and send versions. */
  private static long publishingNanos() {
    long nanos = 0;
    for (ThreadInfo thread : THREADS.dumpAllThreads(false, false)) {
      String name = thread.getThreadName();
      boolean sends = name.startsWith("kafka-producer") && name.contains("-checkpoints");
      if (name.endsWith("-publisher") || sends) {
        nanos += Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return nanos;
  }

  /** Starts a trainer of a new model, which reads the order's topic from its beginning. */
  static KafkaTraining start(Order order) {
    Map<String, String> settings =
        Map.of(
            "topic.batches", order.topic(),
            "engine.threads", "1",
            "checkpoint.interval.ms", Long.toString(order.checkpointMillis()),
            "checkpoint.interval.samples", Long.toString(Long.MAX_VALUE));
    String model = "bench-" + UUID.randomUUID();
    ModelContext context =
        Broker.createModel(order.bootstrapServers(), model, Broker.ONE_PARTITION, settings);
    TrainerSettings trainerSettings = TrainerSettings.from(model, context.settings());
    ModelSpec spec = ModelSpec.parse(order.yaml());
    Metrics metrics = new Metrics(model);
    TrainerWorker worker =
        new TrainerWorker(
            trainerSettings,
            context.clients(),
            context.topics(),
            context.codec(),
            new TrainerJob(spec, Engines.named(order.engine()), Optional.empty()),
            metrics,
            new TrainerListener() {});
    worker.start();
    return new KafkaTraining(
        worker, metrics.worker(worker.name()).counter(TrainerMetrics.SAMPLES_TRAINED));
  }

  @Override
  public void close() {
    worker.close();
  }

  /** Waits for the end of the next step. */
  private Moment nextStep() {
    return Moment.when(samples::count, samples.count() + 1, worker);
  }
}
