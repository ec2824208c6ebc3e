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
 * To a GPU: a stream for copies beside the one that computes, pinned memory, events. The one class
 * that needs libtorch's part for GPUs; where there is none it must not be loaded. <b>Not run as
 * yet: no GPU was at hand.</b>
 */
// Guards and scopes are held, not looked at.
@SuppressWarnings("try")
final class CudaLane implements CopyLane {
  private final Placement placement;
  private final NativeScope scope = new NativeScope();
  private final CUDAStream copies;

  CudaLane(Placement placement) {
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
  public Mark mark() {
    return scope.keep(Event::new);
  }

  @Override
  public void close() {
    scope.close();
  }

  private final class Event implements Mark {
    private final CUDAEvent event = new CUDAEvent();

    @Override
    public void afterCopies() {
      event.record(copies);
    }

    @Override
    public void afterComputation() {
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
    public void hostWaits() {
      event.synchronize();
    }
  }
}
