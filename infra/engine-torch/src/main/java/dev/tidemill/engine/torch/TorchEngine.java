package dev.tidemill.engine.torch;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TrainableModel;
import java.util.List;

/** The engine on libtorch: every layer of the spec. */
public final class TorchEngine implements Engine {
  static final String NAME = "torch";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void prepare() {
    Thread loading = new Thread(NativeLibraries::load, "tidemill-natives");
    loading.setDaemon(true);
    loading.start();
  }

  @Override
  public List<String> devices() {
    return List.of("cpu");
  }

  /** A step is computed by the thread that asks for it, however many are allowed. */
  @Override
  public TrainableModel create(ModelState begin, int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException(threads + " threads");
    }
    NativeLibraries.load();
    return new TorchTrainableModel(begin);
  }

  @Override
  public ServableModel load(ModelState state, int maxBatchSize) {
    if (maxBatchSize < 1) {
      throw new IllegalArgumentException("a largest batch of " + maxBatchSize + " samples");
    }
    NativeLibraries.load();
    return new TorchServableModel(state, maxBatchSize);
  }
}
