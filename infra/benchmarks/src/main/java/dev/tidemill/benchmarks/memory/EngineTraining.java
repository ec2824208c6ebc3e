package dev.tidemill.benchmarks.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.nio.file.Path;
import java.util.Map;

/** An engine of ours, trained from bytes as the trainer does it, on one thread. */
final class EngineTraining {
  private static final int SNAPSHOT_STEPS = 500;

  private final ComparedNetwork network;
  private final Engine engine;
  private final TensorBatch batch = new TensorBatch();
  private final StepMetrics metrics = new StepMetrics();

  private EngineTraining(ComparedNetwork network, Engine engine) {
    this.network = network;
    this.engine = engine;
  }

  /** Takes the folder of a {@link ComparedNetwork} and an {@link EngineChoice}. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    ComparedNetwork network = ComparedNetwork.read(Path.of(args[0]));
    EngineTraining training = new EngineTraining(network, EngineChoice.at(1, args).open());
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
    if (order.has("steps")) {
      return memoryAfter(order.path("steps").asInt(), size, model);
    }
    return TimedRound.run(
        order, step -> step(step, size, model), () -> model.drainMetrics(metrics));
  }

  private void step(long step, int size, TrainableModel model) {
    network.samples().fill(batch, step, size);
    model.step(batch);
  }

  /** This process's bytes behind so many steps, with snapshots as a trainer takes them. */
  private Map<String, ?> memoryAfter(int steps, int size, TrainableModel model) {
    for (int step = 0; step < steps; step++) {
      step(step, size, model);
      if (step % SNAPSHOT_STEPS == 0) {
        model.drainMetrics(metrics);
        model.beginSnapshot(network.begin()).await();
      }
    }
    return Map.of(
        "resident",
        ProcessMemory.of(ProcessHandle.current().pid()).resident(),
        "taken",
        ProcessMemory.taken());
  }

  /** The loss of each of the first steps of a new model. */
  private double[] losses(int steps, int size) {
    double[] losses = new double[steps];
    try (TrainableModel model = model()) {
      for (int step = 0; step < steps; step++) {
        step(step, size, model);
        model.drainMetrics(metrics);
        losses[step] = metrics.loss();
      }
    }
    return losses;
  }
}
