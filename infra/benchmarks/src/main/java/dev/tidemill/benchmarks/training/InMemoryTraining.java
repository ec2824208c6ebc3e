package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.benchmarks.engine.Samples;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.util.Map;

/** Participant: the engine alone, on samples in memory, on one thread. */
final class InMemoryTraining {
  private final Samples samples = FilledLog.digits(Samples.COUNT);
  private final TensorBatch batch = new TensorBatch();
  private final StepMetrics metrics = new StepMetrics();
  private long step;

  private InMemoryTraining() {}

  public static void main(String[] arguments) throws Exception {
    ParticipantLoop.open().serve(Map.of(), TrainingOrder.class, new InMemoryTraining()::round);
  }

  private Map<String, ?> round(TrainingOrder order) {
    ModelSpec spec = order.modelSpec();
    ModelState state = ModelState.initial(spec, spec.training().seed());
    try (TrainableModel model = Engines.named(order.engine()).create(state, 1)) {
      double unused = samplesPerSecond(model, order.batchSize(), order.warmSeconds());
      double rate = samplesPerSecond(model, order.batchSize(), order.seconds());
      return Map.of("samplesPerSecond", rate);
    }
  }

  private double samplesPerSecond(TrainableModel model, int batchSize, double seconds) {
    long trained = 0;
    long began = System.nanoTime();
    long end = began + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      samples.fill(batch, step++, batchSize);
      model.step(batch);
      model.drainMetrics(metrics);
      trained += batchSize;
    }
    return trained / ((System.nanoTime() - began) / 1e9);
  }
}
