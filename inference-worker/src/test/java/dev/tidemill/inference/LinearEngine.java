package dev.tidemill.inference;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Computes networks of one linear layer {@code fc1}, W x + b, from the same memory that a swap
 * writes to. So a swap during a computation shows in the answer.
 */
final class LinearEngine implements Engine {
  final AtomicInteger loads = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();

  /** How many models may share parameters before sharing fails. */
  final AtomicInteger sharesLeft = new AtomicInteger(Integer.MAX_VALUE);

  /** Called with the size of each batch before it is computed. */
  volatile IntConsumer beforePredict = size -> {};

  /** An input with this value makes the engine fail. */
  static final float POISON = -666;

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public List<String> devices() {
    return List.of("cpu");
  }

  @Override
  public TrainableModel create(ModelState begin, int threads) {
    throw new UnsupportedOperationException("this engine only answers");
  }

  @Override
  public ServableModel load(ModelState state, int maxBatchSize) {
    loads.incrementAndGet();
    ModelState copy = ModelState.allocate(state.spec());
    copy.data().duplicate().put(state.data().duplicate());
    return new Linear(copy, maxBatchSize);
  }

  private final class Linear implements ServableModel {
    private final int maxBatchSize;
    private final ModelState state;

    Linear(ModelState state, int maxBatchSize) {
      this.state = state;
      this.maxBatchSize = maxBatchSize;
    }

    @Override
    public int maxBatchSize() {
      return maxBatchSize;
    }

    @Override
    public int outputLength() {
      return weight().shape().get(0);
    }

    @Override
    public void predict(TensorBatch batch, FloatBuffer outputs) {
      beforePredict.accept(batch.size());
      for (int i = 0; i < batch.slices(); i++) {
        TensorBatch.Slice slice = batch.slice(i);
        for (int sample = slice.first(); sample < slice.first() + slice.count(); sample++) {
          answer(slice, sample, outputs);
        }
      }
    }

    private void answer(TensorBatch.Slice slice, int sample, FloatBuffer outputs) {
      FloatBuffer w = state.data(weight()).asFloatBuffer();
      FloatBuffer b = state.data(state.layout().slice("fc1.bias")).asFloatBuffer();
      int in = weight().shape().get(1);
      for (int out = 0; out < outputLength(); out++) {
        float sum = b.get(out);
        for (int j = 0; j < in; j++) {
          ElementType type = slice.inputType();
          float x = (float) (type.value(slice.inputs(), sample * in + j) * slice.scale());
          if (x == POISON) {
            throw new IllegalStateException("poisoned");
          }
          sum += w.get(out * in + j) * x;
        }
        outputs.put(sum);
      }
    }

    private StateLayout.Slice weight() {
      return state.layout().slice("fc1.weight");
    }

    @Override
    public void swap(ModelState other) {
      state.data().duplicate().put(other.data().duplicate());
    }

    @Override
    public ServableModel share() {
      if (sharesLeft.getAndDecrement() == 0) {
        throw new IllegalStateException("no memory left");
      }
      return new Linear(state, maxBatchSize);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}
