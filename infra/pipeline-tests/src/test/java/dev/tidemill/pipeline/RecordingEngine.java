package dev.tidemill.pipeline;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** An engine that writes down each sample that it is given, and lets another one compute. */
final class RecordingEngine implements Engine {
  private final Engine computes;
  private final List<Trained> trained = Collections.synchronizedList(new ArrayList<>());

  /** A sample of a vector of numbers, and its class. */
  record Trained(List<Float> elements, long label) {}

  RecordingEngine(Engine computes) {
    this.computes = computes;
  }

  /** The samples in the order of training. */
  List<Trained> trained() {
    return List.copyOf(trained);
  }

  private void write(TensorBatch batch, int width) {
    for (int i = 0; i < batch.slices(); i++) {
      TensorBatch.Slice slice = batch.slice(i);
      ElementType type = slice.inputType();
      for (int sample = slice.first(); sample < slice.first() + slice.count(); sample++) {
        List<Float> elements = new ArrayList<>();
        for (int j = 0; j < width; j++) {
          double stored = type.value(slice.inputs(), sample * width + j);
          elements.add((float) (stored * slice.scale() + slice.offset()));
        }
        trained.add(new Trained(elements, slice.label(sample)));
      }
    }
  }

  @Override
  public String name() {
    return computes.name();
  }

  @Override
  public List<String> devices() {
    return computes.devices();
  }

  @Override
  public TrainableModel create(ModelState begin, int threads) {
    int width = begin.spec().input().shape().get(0);
    return new Recorded(computes.create(begin, threads), width);
  }

  @Override
  public ServableModel load(ModelState state, int maxBatchSize) {
    return computes.load(state, maxBatchSize);
  }

  private final class Recorded implements TrainableModel {
    private final TrainableModel model;
    private final int width;

    Recorded(TrainableModel model, int width) {
      this.model = model;
      this.width = width;
    }

    @Override
    public void step(TensorBatch batch) {
      write(batch, width);
      model.step(batch);
    }

    @Override
    public void accumulate(TensorBatch part, long samples, double weight) {
      write(part, width);
      model.accumulate(part, samples, weight);
    }

    @Override
    public void applyAccumulated() {
      model.applyAccumulated();
    }

    @Override
    public void drainMetrics(StepMetrics into) {
      model.drainMetrics(into);
    }

    @Override
    public ConfusionCounts drainConfusion() {
      return model.drainConfusion();
    }

    @Override
    public void evaluate(TensorBatch batch, StepMetrics into) {
      model.evaluate(batch, into);
    }

    @Override
    public long steps() {
      return model.steps();
    }

    @Override
    public void learningRateFactor(double factor) {
      model.learningRateFactor(factor);
    }

    @Override
    public double learningRate() {
      return model.learningRate();
    }

    @Override
    public PendingSnapshot beginSnapshot(ModelState into) {
      return model.beginSnapshot(into);
    }

    @Override
    public void restore(ModelState from) {
      model.restore(from);
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
