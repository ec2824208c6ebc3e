package dev.tidemill.engine.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.cuda.CUDAEvent;
import org.bytedeco.pytorch.cuda.CUDAStream;
import org.bytedeco.pytorch.cuda.CUDAStreamGuard;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.global.torch_cuda;

/**
 * Copies to and from a GPU with a CUDA stream, pinned memory and CUDA events. This is the only
 * class that needs the bindings of {@code torch_cuda}; without them it must not be loaded. <b>It
 * has not run on a GPU yet.</b>
 */
// Guards and scopes are only closed.
@SuppressWarnings("try")
final class CudaCopyStream implements CopyStream {
  private final Placement placement;
  private final NativeScope scope = new NativeScope();
  private final CUDAStream copies;

  CudaCopyStream(Placement placement) {
    this.placement = placement;
    copies = scope.keep(() -> torch_cuda.getStreamFromPool(false, placement.index()));
  }

  @Override
  public Tensor hostMemory(ScalarType type, long... sizes) {
    return torch.zeros(sizes, Placement.CPU.options(type).pinned_memory(new BoolOptional(true)));
  }

  @Override
  public Tensor deviceMemory(ScalarType type, long... sizes) {
    return placement.zeros(type, sizes);
  }

  @Override
  public void copy(Tensor from, Tensor into) {
    try (PointerScope held = new PointerScope();
        CUDAStreamGuard beside = new CUDAStreamGuard(copies.asStream())) {
      into.copy_(from, true);
    }
  }

  @Override
  public Event event() {
    return scope.keep(StreamEvent::new);
  }

  @Override
  public void close() {
    scope.close();
  }

  private final class StreamEvent implements Event {
    private final CUDAEvent event = new CUDAEvent();

    @Override
    public void recordCopies() {
      event.record(copies);
    }

    @Override
    public void recordComputation() {
      try (PointerScope held = new PointerScope()) {
        event.record(torch_cuda.getCurrentCUDAStream(placement.index()));
      }
    }

    @Override
    public void copiesWait() {
      event.block(copies);
    }

    @Override
    public void computationWaits() {
      try (PointerScope held = new PointerScope()) {
        event.block(torch_cuda.getCurrentCUDAStream(placement.index()));
      }
    }

    @Override
    public void synchronize() {
      event.synchronize();
    }
  }
}
