package dev.tidemill.engine.torch;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Guards each call of a model for training against the exit of the process. */
final class GuardedTrainableModel implements TrainableModel {
  private final TrainableModel model;
  private final ExitGuard guard;
  private final AtomicBoolean closed = new AtomicBoolean();

  GuardedTrainableModel(ExitGuard guard, Supplier<TrainableModel> factory) {
    this.guard = guard;
    model = guard.open(factory);
  }

  @Override
  public void step(TensorBatch batch) {
    guard.call(() -> model.step(batch));
  }

  @Override
  public void accumulate(TensorBatch part, long samples, double weight) {
    guard.call(() -> model.accumulate(part, samples, weight));
  }

  @Override
  public void applyAccumulated() {
    guard.call(model::applyAccumulated);
  }

  @Override
  public void drainMetrics(StepMetrics into) {
    guard.call(() -> model.drainMetrics(into));
  }

  @Override
  public ConfusionCounts drainConfusion() {
    return guard.call(model::drainConfusion);
  }

  @Override
  public void evaluate(TensorBatch batch, StepMetrics into) {
    guard.call(() -> model.evaluate(batch, into));
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
  public void learningRateFactor(double factor) {
    model.learningRateFactor(factor);
  }

  @Override
  public PendingSnapshot beginSnapshot(ModelState into) {
    PendingSnapshot begun = guard.call(() -> model.beginSnapshot(into));
    return () -> guard.call(begun::await);
  }

  @Override
  public void restore(ModelState from) {
    guard.call(() -> model.restore(from));
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
