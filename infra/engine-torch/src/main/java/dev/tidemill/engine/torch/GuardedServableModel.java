package dev.tidemill.engine.torch;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TensorBatch;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Guards each call of a model for serving against the exit of the process. */
final class GuardedServableModel implements ServableModel {
  private final ServableModel model;
  private final ExitGuard guard;
  private final AtomicBoolean closed = new AtomicBoolean();

  GuardedServableModel(ExitGuard guard, Supplier<ServableModel> factory) {
    this.guard = guard;
    model = guard.open(factory);
  }

  @Override
  public int maxBatchSize() {
    return model.maxBatchSize();
  }

  @Override
  public int outputLength() {
    return model.outputLength();
  }

  @Override
  public void predict(TensorBatch batch, FloatBuffer outputs) {
    guard.call(() -> model.predict(batch, outputs));
  }

  @Override
  public void swap(ModelState newer) {
    guard.call(() -> model.swap(newer));
  }

  @Override
  public ServableModel share() {
    return new GuardedServableModel(guard, model::share);
  }

  @Override
  public void close() {
    try {
      guard.call(model::close);
    } finally {
      if (!closed.getAndSet(true)) {
        guard.closed();
      }
    }
  }
}
