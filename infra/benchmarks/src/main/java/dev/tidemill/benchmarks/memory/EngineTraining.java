package dev.tidemill.benchmarks.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.nio.file.Path;
import java.util.Map;

/** Our engine, trained from bytes as the trainer does it, on one thread. */
final class EngineTraining {
  private final DigitSamples samples;
  private final ModelState begin;
  private final TensorBatch batch = new TensorBatch();

  private EngineTraining(DigitSamples samples, ModelState begin) {
    this.samples = samples;
    this.begin = begin;
  }

  /** Takes the folder of the samples and the name of the network. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    ModelState begin = ComparedNetwork.begin(args[1]);
    EngineTraining training = new EngineTraining(DigitSamples.read(Path.of(args[0])), begin);
    try (TrainableModel model = model(begin)) {
      loop.serve(Map.of(), order -> training.round(order, model));
    }
  }

  private static TrainableModel model(ModelState begin) {
    return Engines.named("dl4j").create(begin, 1);
  }

  private Map<String, ?> round(JsonNode order, TrainableModel model) {
    int size = order.path("batch").asInt();
    if (order.has("check")) {
      return Map.of("check", losses(order.path("check").asInt(), size));
    }
    return TimedRound.run(
        order,
        step -> {
          samples.fill(batch, step, size);
          model.step(batch);
        });
  }

  /** The loss of each of the first steps of a new model. */
  private double[] losses(int steps, int size) {
    double[] losses = new double[steps];
    StepMetrics metrics = new StepMetrics();
    try (TrainableModel model = model(begin)) {
      for (int step = 0; step < steps; step++) {
        samples.fill(batch, step, size);
        model.step(batch);
        model.drainMetrics(metrics);
        losses[step] = metrics.loss();
      }
    }
    return losses;
  }
}
