package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.StateType;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.UnsupportedSpecException;
import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import java.util.List;

/** Runs every layer of the spec on Deeplearning4j's native operations, on the CPU, in FLOAT32. */
public final class Dl4jEngine implements Engine {
  static final String NAME = "dl4j";

  // Supports the options that this engine rejects.
  private static final String OTHER_ENGINE = "torch";

  @Override
  public String name() {
    return NAME;
  }

  /** Loads the native libraries on a background thread, because that takes most of a second. */
  @Override
  public void prepare() {
    Thread loading = new Thread(NativeLibraries::preload, "tidemill-natives");
    loading.setDaemon(true);
    loading.start();
  }

  @Override
  public List<String> devices() {
    return List.of("cpu");
  }

  @Override
  public TrainableModel create(ModelState initialState, int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be at least 0, got " + threads);
    }
    requireTrainable(initialState.spec());
    return new Dl4jTrainableModel(initialState, threads);
  }

  @Override
  public ServableModel load(ModelState state, int maxBatchSize) {
    return new Dl4jServableModel(state, maxBatchSize);
  }

  private static void requireTrainable(ModelSpec spec) {
    if (spec.optimizer().stateType() != StateType.FLOAT32) {
      throw new UnsupportedSpecException(
          NAME,
          "store optimizer state with optimizer.state_dtype " + spec.optimizer().stateType().word(),
          OTHER_ENGINE);
    }
    if (spec.training().activationCheckpointing()) {
      throw new UnsupportedSpecException(
          NAME, "run training.activation_checkpointing", OTHER_ENGINE);
    }
  }
}
