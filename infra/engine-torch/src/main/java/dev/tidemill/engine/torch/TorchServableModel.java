package dev.tidemill.engine.torch;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TensorBatch;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;

/** A model for serving. Models may share layers and parameters; each has its own input. */
// Native scopes are only closed.
@SuppressWarnings("try")
final class TorchServableModel implements ServableModel {

  /** Layers and parameters that several models share. The last model to close frees them. */
  private record Shared(
      Network network, StateTensors state, Layer layers, Loss loss, AtomicInteger users) {

    static Shared of(ModelState state, Placement placement) {
      Network network = Network.of(state.spec());
      StateTensors copy = StateTensors.copyForServing(state, placement);
      Layer layers = new ServingChain(network, copy);
      Loss loss = copy.scope().keep(() -> Loss.of(network, placement));
      return new Shared(network, copy, layers, loss, new AtomicInteger(1));
    }

    void leave() {
      if (users.decrementAndGet() == 0) {
        state.close();
      }
    }
  }

  private final Shared shared;
  private final int maxBatchSize;
  private final Optional<CopyStream> stream;
  private final Input input;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Creates a model with its own copy of the parameters. */
  TorchServableModel(ModelState state, int maxBatchSize, Placement placement) {
    this(Shared.of(state, placement), maxBatchSize);
  }

  private TorchServableModel(Shared shared, int maxBatchSize) {
    this.shared = shared;
    this.maxBatchSize = maxBatchSize;
    stream = CopyStream.of(shared.state().placement());
    input = Input.of(shared.network(), stream);
  }

  @Override
  public int maxBatchSize() {
    return maxBatchSize;
  }

  @Override
  public int outputLength() {
    return shared.network().outputLength();
  }

  @Override
  public void predict(TensorBatch batch, FloatBuffer outputs) {
    requireOpen();
    if (batch.size() > maxBatchSize) {
      throw new IllegalArgumentException(
          "a batch of "
              + batch.size()
              + " samples where at most "
              + maxBatchSize
              + " were planned for");
    }
    if (batch.size() == 0) {
      return;
    }
    try (PointerScope scope = new PointerScope()) {
      answer(input.read(batch), outputs);
    }
  }

  private void answer(Tensor samples, FloatBuffer outputs) {
    try (InferenceMode answering = new InferenceMode(true)) {
      Placement placement = shared.state().placement();
      Tensor found =
          Autocast.toFloat32(
              Autocast.run(placement, shared.layers(), samples, ForwardContext.EVAL));
      Tensor answers = shared.loss().answer(found).contiguous();
      // cpu() waits for the GPU.
      Tensor here = placement.isCuda() ? answers.cpu() : answers;
      FloatPointer values = new FloatPointer(here.data_ptr_float());
      outputs.put(values.capacity(answers.numel()).asBuffer());
    }
  }

  @Override
  public void swap(ModelState newer) {
    requireOpen();
    shared.state().read(newer);
  }

  @Override
  public synchronized ServableModel share() {
    requireOpen();
    shared.users().incrementAndGet();
    try {
      return new TorchServableModel(shared, maxBatchSize);
    } catch (RuntimeException e) {
      shared.leave();
      throw e;
    }
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the model has been closed");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed.getAndSet(true)) {
      input.close();
      stream.ifPresent(CopyStream::close);
      shared.leave();
    }
  }
}
