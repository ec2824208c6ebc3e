package dev.tidemill.benchmarks.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.UnsupportedOptionException;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Participant: an engine that trains or answers from bytes as the workers do, on one thread. */
final class EngineParticipant {
  private static final int SNAPSHOT_STEPS = 500;

  private final ComparedNetwork network;
  private final EngineChoice choice;
  private final TensorBatch batch = new TensorBatch();
  private final StepMetrics metrics = new StepMetrics();
  private @Nullable TrainableModel model;
  // One per batch size, so that no size is the remainder of a larger plan.
  private final Map<Integer, ServableModel> served = new HashMap<>();

  private EngineParticipant(ComparedNetwork network, EngineChoice choice) {
    this.network = network;
    this.choice = choice;
  }

  /** Expects the spec of a {@link ComparedNetwork}, an {@link EngineChoice} and {@link Work}. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    EngineParticipant engine =
        new EngineParticipant(ComparedNetwork.of(args[0]), EngineChoice.of(args));
    boolean training = Work.valueOf(args[4]) == Work.TRAINING;
    loop.serve(Map.of(), JsonNode.class, training ? engine::train : engine::predict);
  }

  private Object train(JsonNode order) {
    int size = order.path("batch").asInt();
    if (order.has("check")) {
      return Map.of("check", losses(order, order.path("check").asInt(), size));
    }
    if (model == null) {
      model = choice.open().create(network.state(), 1);
    }
    TrainableModel trained = model;
    if (order.has("steps")) {
      return memoryAfter(order.path("steps").asInt(), size, trained);
    }
    return TimedRound.run(
        order, step -> step(step, size, trained), () -> trained.drainMetrics(metrics));
  }

  private void step(long step, int size, TrainableModel trained) {
    network.samples().fill(batch, step, size);
    trained.step(batch);
  }

  /** Bytes of this process after some steps, with snapshots as a trainer takes them. */
  private Map<String, ?> memoryAfter(int steps, int size, TrainableModel trained) {
    for (int step = 0; step < steps; step++) {
      step(step, size, trained);
      if (step % SNAPSHOT_STEPS == 0) {
        trained.drainMetrics(metrics);
        trained.beginSnapshot(network.state()).await();
      }
    }
    long resident = ProcessMemory.of(ProcessHandle.current().pid()).resident();
    return Map.of("resident", resident, "allocated", ProcessMemory.allocated());
  }

  /**
   * The losses of the first steps of a new model; none if the order names a device or precision
   * that the engine lacks.
   */
  private double[] losses(JsonNode order, int steps, int size) {
    EngineChoice other =
        new EngineChoice(
            choice.engine(),
            order.path("device").asText(choice.device()),
            order.path("precision").asText(choice.precision()));
    Engine engine;
    try {
      engine = other.open();
    } catch (UnsupportedOptionException e) {
      if (other.equals(choice)) {
        throw e;
      }
      return new double[0];
    }
    double[] losses = new double[steps];
    try (TrainableModel checked = engine.create(network.state(), 1)) {
      for (int step = 0; step < steps; step++) {
        step(step, size, checked);
        checked.drainMetrics(metrics);
        losses[step] = metrics.loss();
      }
    }
    return losses;
  }

  private Object predict(JsonNode order) {
    int size = order.path("batch").asInt();
    ServableModel answering =
        served.computeIfAbsent(size, n -> choice.open().load(network.state(), n));
    FloatBuffer answers = FloatBuffer.allocate(size * answering.outputLength());
    if (order.has("check")) {
      predict(answering, 0, size, answers);
      return Map.of("check", answers.array());
    }
    return TimedRound.run(order, step -> predict(answering, step, size, answers), () -> {});
  }

  private void predict(ServableModel answering, long step, int size, FloatBuffer answers) {
    network.samples().fill(batch, step, size);
    answering.predict(batch, answers.clear());
  }
}
