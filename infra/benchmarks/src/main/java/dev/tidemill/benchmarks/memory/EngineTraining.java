package dev.tidemill.benchmarks.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.nio.file.Path;
import java.util.Map;

/** An engine of ours, trained from bytes as the trainer does it, on one thread. */
final class EngineTraining {
  private final ComparedNetwork network;
  private final Engine engine;
  private final TensorBatch batch = new TensorBatch();
  private final StepMetrics metrics = new StepMetrics();

  private EngineTraining(ComparedNetwork network, Engine engine) {
    this.network = network;
    this.engine = engine;
  }

  /** Takes the folder of a {@link ComparedNetwork} and the engine's name. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    ComparedNetwork network = ComparedNetwork.read(Path.of(args[0]));
    EngineTraining training = new EngineTraining(network, Engines.named(args[1]));
    try (TrainableModel model = training.model()) {
      loop.serve(Map.of(), order -> training.round(order, model));
    }
  }

  private TrainableModel model() {
    return engine.create(network.begin(), 1);
  }

  private Map<String, ?> round(JsonNode order, TrainableModel model) {
    int size = order.path("batch").asInt();
    if (order.has("check")) {
      return Map.of("check", losses(order.path("check").asInt(), size));
    }
    return TimedRound.run(
        order,
        step -> {
          network.samples().fill(batch, step, size);
          model.step(batch);
        },
        () -> model.drainMetrics(metrics));
  }

  /** The loss of each of the first steps of a new model. */
  private double[] losses(int steps, int size) {
    double[] losses = new double[steps];
    try (TrainableModel model = model()) {
      for (int step = 0; step < steps; step++) {
        network.samples().fill(batch, step, size);
        model.step(batch);
        model.drainMetrics(metrics);
        losses[step] = metrics.loss();
      }
    }
    return losses;
  }
}
