package dev.tidemill.benchmarks.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TensorBatch;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Our engine, answering from bytes as a serving worker does, on one thread. */
final class EngineInference {
  private final DigitSamples samples;
  private final String network;
  // One a batch size, so that a size that does not double is no remainder of a larger plan.
  private final Map<Integer, ServableModel> models = new HashMap<>();
  private final TensorBatch batch = new TensorBatch();

  private EngineInference(DigitSamples samples, String network) {
    this.samples = samples;
    this.network = network;
  }

  /** Takes the folder of the samples and the name of the network. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    EngineInference inference = new EngineInference(DigitSamples.read(Path.of(args[0])), args[1]);
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
    return Engines.named("dl4j").load(ComparedNetwork.begin(network), size);
  }

  private void predict(ServableModel model, long step, int size, FloatBuffer answers) {
    samples.fill(batch, step, size);
    model.predict(batch, answers.clear());
  }
}
