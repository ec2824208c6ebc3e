package dev.tidemill.benchmarks.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TensorBatch;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** An engine of ours, answering from bytes as a serving worker does, on one thread. */
final class EngineInference {
  private final ComparedNetwork network;
  private final Engine engine;
  // One a batch size, so that a size that does not double is no remainder of a larger plan.
  private final Map<Integer, ServableModel> models = new HashMap<>();
  private final TensorBatch batch = new TensorBatch();

  private EngineInference(ComparedNetwork network, Engine engine) {
    this.network = network;
    this.engine = engine;
  }

  /** Takes the folder of a {@link ComparedNetwork} and an {@link EngineChoice}. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    ComparedNetwork network = ComparedNetwork.read(Path.of(args[0]));
    EngineInference inference = new EngineInference(network, EngineChoice.at(1, args).open());
    try {
      loop.serve(Map.of(), inference::round);
    } finally {
      inference.models.values().forEach(ServableModel::close);
    }
  }

  private Map<String, ?> round(JsonNode order) {
    int size = order.path("batch").asInt();
    ServableModel model = models.computeIfAbsent(size, this::load);
    FloatBuffer answers = FloatBuffer.allocate(size * model.outputLength());
    if (order.has("check")) {
      predict(model, 0, size, answers);
      return Map.of("check", Arrays.copyOf(answers.array(), answers.capacity()));
    }
    return TimedRound.run(order, step -> predict(model, step, size, answers));
  }

  private ServableModel load(int size) {
    return engine.load(network.begin(), size);
  }

  private void predict(ServableModel model, long step, int size, FloatBuffer answers) {
    network.samples().fill(batch, step, size);
    model.predict(batch, answers.clear());
  }
}
