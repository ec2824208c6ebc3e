package dev.tidemill.engine.torch;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TensorBatch;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A model that answers, while the process does not end; see {@link ProcessEnd}. */
final class CountedServableModel implements ServableModel {
  private final ServableModel model;
  private final ProcessEnd end;
  private final AtomicBoolean closed = new AtomicBoolean();

  CountedServableModel(ProcessEnd end, Supplier<ServableModel> maker) {
    this.end = end;
    model = end.open(maker);
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
    end.within(() -> model.predict(batch, outputs));
  }

  @Override
  public void swap(ModelState newer) {
    end.within(() -> model.swap(newer));
  }

  @Override
  public ServableModel share() {
    return new CountedServableModel(end, model::share);
  }

  @Override
  public void close() {
    try {
      end.within(model::close);
    } finally {
      if (!closed.getAndSet(true)) {
        end.closed();
      }
    }
  }
}
