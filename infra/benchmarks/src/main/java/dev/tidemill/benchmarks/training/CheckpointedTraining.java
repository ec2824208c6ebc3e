package dev.tidemill.benchmarks.training;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.TrainableModel;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Map;

/**
 * Participant: trains a network of a given size through Kafka, with a checkpoint now and then; or
 * copies its state.
 */
final class CheckpointedTraining {
  private static final int SNAPSHOTS = 7;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  public static void main(String[] arguments) throws Exception {
    ParticipantLoop.open().serve(Map.of(), new CheckpointedTraining()::round);
  }

  private Map<String, ?> round(JsonNode json) throws Exception {
    TrainingOrder order = TrainingOrder.of(json);
    ModelSpec spec = spec(json.path("hidden").asInt(), order.batchSize());
    if (json.path("copies").asBoolean()) {
      return Map.of("copyMillis", copyMillis(spec, order.engine()));
    }
    Map<String, String> settings =
        Map.of(
            "checkpoint.interval.ms", Long.toString(1000 * json.path("checkpointSeconds").asLong()),
            "checkpoint.interval.samples", Long.toString(Long.MAX_VALUE));
    try (RunningTrainer trainer = RunningTrainer.start(order, spec, settings)) {
      trainer.await(order.warmSeconds());
      long nanosBefore = publishingNanos();
      long versionsBefore = trainer.versions();
      double samplesPerSecond = trainer.samplesPerSecond(order.seconds());
      long versions = trainer.versions() - versionsBefore;
      double cpu = (publishingNanos() - nanosBefore) / 1e6;
      trainer.requireFewerThan(order.topicSamples());
      return Map.of(
          "samplesPerSecond",
          samplesPerSecond,
          "versions",
          versions,
          "publisherCpuMillis",
          versions == 0 ? 0 : cpu / versions);
    }
  }

  /** One hidden layer of so many features, with momentum: two floats of state a parameter. */
  static ModelSpec spec(int hidden, int batchSize) {
    return ModelSpec.parse(
        """
        name: mlp-%d
        input: {shape: [1, 28, 28], scale: 0.00392156862745098}
        layers:
          - {type: flatten}
          - {type: linear, name: fc1, out_features: %d}
          - {type: relu}
          - {type: linear, name: fc2, out_features: 10}
        loss: cross_entropy
        optimizer: {type: sgd, learning_rate: 0.001, momentum: 0.9}
        schedule: {type: constant}
        training: {batch_size: %d, seed: 1}
        """
            .formatted(hidden, hidden, batchSize));
  }

  /** How long copies of a snapshot take, of a model that rests, into memory used before. */
  private static double[] copyMillis(ModelSpec spec, String engine) {
    ModelState into = ModelState.allocate(spec);
    try (TrainableModel model = Engines.named(engine).create(ModelState.initial(spec, 1), 1)) {
      model.beginSnapshot(into).await();
      double[] millis = new double[SNAPSHOTS];
      for (int i = 0; i < SNAPSHOTS; i++) {
        long began = System.nanoTime();
        model.beginSnapshot(into).await();
        millis[i] = (System.nanoTime() - began) / 1e6;
      }
      return millis;
    }
  }

  /** CPU time of the thread that makes versions, and of the one that sends them. */
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
}
