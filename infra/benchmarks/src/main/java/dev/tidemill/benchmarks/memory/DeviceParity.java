package dev.tidemill.benchmarks.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.UnsupportedOptionException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Participant: the losses of the first steps of one engine on the processor, and of the same on a
 * device at each precision that it has there.
 */
final class DeviceParity {
  static final String CPU = "cpu float32";

  private final ComparedNetwork network;
  private final Map<String, EngineChoice> choices = new LinkedHashMap<>();

  private DeviceParity(ComparedNetwork network, EngineChoice choice) {
    this.network = network;
    choices.put(CPU, choice.on("cpu", "float32"));
    choices.put("float32", choice.on(choice.device(), "float32"));
    choices.put("bfloat16", choice.on(choice.device(), "bfloat16"));
  }

  /** Takes the folder of a {@link ComparedNetwork} and an {@link EngineChoice}. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    DeviceParity parity =
        new DeviceParity(ComparedNetwork.read(Path.of(args[0])), EngineChoice.at(1, args));
    loop.serve(Map.of(), parity::losses);
  }

  private Map<String, ?> losses(JsonNode order) {
    int steps = order.path("steps").asInt();
    int size = order.path("batch").asInt();
    Map<String, double[]> losses = new LinkedHashMap<>();
    choices.forEach(
        (name, choice) -> {
          try {
            losses.put(name, losses(choice.open(), steps, size));
          } catch (UnsupportedOptionException absent) {
            losses.put(name, new double[0]);
          }
        });
    return losses;
  }

  private double[] losses(Engine engine, int steps, int size) {
    double[] losses = new double[steps];
    TensorBatch batch = new TensorBatch();
    StepMetrics metrics = new StepMetrics();
    try (TrainableModel model = engine.create(network.begin(), 1)) {
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
