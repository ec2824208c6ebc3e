package dev.tidemill.engine.torch;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A model that learns, while the process does not end; see {@link ProcessEnd}. */
final class CountedTrainableModel implements TrainableModel {
  private final TrainableModel model;
  private final ProcessEnd end;
  private final AtomicBoolean closed = new AtomicBoolean();

  CountedTrainableModel(ProcessEnd end, Supplier<TrainableModel> maker) {
    this.end = end;
    model = end.open(maker);
  }

  @Override
  public void step(TensorBatch batch) {
    end.within(() -> model.step(batch));
  }

  @Override
  public void accumulate(TensorBatch part, long total) {
    end.within(() -> model.accumulate(part, total));
  }

  @Override
  public void applyAccumulated() {
    end.within(model::applyAccumulated);
  }

  @Override
  public void drainMetrics(StepMetrics into) {
    end.within(() -> model.drainMetrics(into));
  }

  @Override
  public void evaluate(TensorBatch batch, StepMetrics into) {
    end.within(() -> model.evaluate(batch, into));
  }

  @Override
  public long steps() {
    return model.steps();
  }

  @Override
  public double learningRate() {
    return model.learningRate();
  }

  @Override
  public PendingSnapshot beginSnapshot(ModelState into) {
    PendingSnapshot begun = end.within(() -> model.beginSnapshot(into));
    return () -> end.within(begun::await);
  }

  @Override
  public void restore(ModelState from) {
    end.within(() -> model.restore(from));
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
