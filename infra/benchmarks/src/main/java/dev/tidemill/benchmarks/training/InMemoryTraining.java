package dev.tidemill.benchmarks.training;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.util.Map;

/** Participant: the engine by itself, over samples that lie in memory; one thread. */
final class InMemoryTraining {
  private static final int SAMPLES = 4096;

  private final DigitData data = DigitData.draw(SAMPLES);
  private final TensorBatch batch = new TensorBatch();
  private final StepMetrics metrics = new StepMetrics();
  private int next;

  public static void main(String[] arguments) throws Exception {
    ParticipantLoop.open().serve(Map.of(), new InMemoryTraining()::round);
  }

  private Map<String, ?> round(JsonNode json) {
    TrainingOrder order = TrainingOrder.of(json);
    ModelSpec spec = order.modelSpec();
    ModelState begin = ModelState.initial(spec, spec.training().seed());
    try (TrainableModel model = Engines.named(order.engine()).create(begin, 1)) {
      run(model, order, order.warmSeconds());
      return Map.of("samplesPerSecond", run(model, order, order.seconds()));
    }
  }

  private double run(TrainableModel model, TrainingOrder order, double seconds) {
    long samples = 0;
    long began = System.nanoTime();
    long end = began + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      if (next + order.batchSize() > data.samples()) {
        next = 0;
      }
      batch.clear();
      batch.add(
          ElementType.UINT8,
          data.images(),
          1,
          0,
          ElementType.INT32,
          data.labels(),
          next,
          order.batchSize());
      model.step(batch);
      model.drainMetrics(metrics);
      next += order.batchSize();
      samples += order.batchSize();
    }
    return samples / ((System.nanoTime() - began) / 1e9);
  }
}
