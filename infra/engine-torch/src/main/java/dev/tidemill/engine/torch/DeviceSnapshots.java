package dev.tidemill.engine.torch;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Takes snapshots of tensors on a device in three copies. The first one stays on the device, in the
 * order of the computation. The second one goes to pinned memory, in parallel to the computation.
 * The caller that awaits the snapshot makes the third one, to the state. There is one buffer on
 * each side.
 */
// Native scopes are only closed.
@SuppressWarnings("try")
final class DeviceSnapshots implements AutoCloseable {
  private final StateTensors state;
  private final CopyStream stream;
  private final NativeScope scope = new NativeScope();
  private final List<Tensor> there = new ArrayList<>();
  private final List<Tensor> here = new ArrayList<>();
  private final CopyStream.Event taken;
  private final CopyStream.Event arrived;
  private @Nullable Pending last;

  DeviceSnapshots(StateTensors state, CopyStream stream) {
    this.state = state;
    this.stream = stream;
    taken = stream.event();
    arrived = stream.event();
    for (Tensor kept : state.all()) {
      there.add(scope.keep(() -> stream.deviceMemory(kept.scalar_type(), kept.numel())));
      here.add(scope.keep(() -> stream.hostMemory(kept.scalar_type(), kept.numel())));
    }
  }

  /**
   * Begins a snapshot. Completes the previous one first, because both use the same buffers. If that
   * fails, the previous snapshot's {@code await} throws.
   */
  PendingSnapshot begin(ModelState into) {
    state.requireSameTensors(into);
    if (last != null) {
      last.complete();
    }
    try (PointerScope step = new PointerScope()) {
      for (int i = 0; i < there.size(); i++) {
        there.get(i).copy_(state.all().get(i));
      }
      taken.recordComputation();
      taken.copiesWait();
      for (int i = 0; i < there.size(); i++) {
        stream.copy(there.get(i), here.get(i));
      }
      arrived.recordCopies();
    }
    Pending begun = new Pending(into);
    last = begun;
    return begun;
  }

  /** Completes the pending snapshot. If that fails, its {@code await} throws. */
  @Override
  public void close() {
    if (last != null) {
      last.complete();
    }
    scope.close();
  }

  private final class Pending implements PendingSnapshot {
    private final ModelState into;
    private boolean complete;
    private @Nullable RuntimeException fault;

    Pending(ModelState into) {
      this.into = into;
    }

    @Override
    public void await() {
      RuntimeException failure = complete();
      if (failure != null) {
        throw failure;
      }
    }

    synchronized @Nullable RuntimeException complete() {
      if (!complete) {
        complete = true;
        try {
          arrived.synchronize();
          state.write(into, here);
        } catch (RuntimeException e) {
          fault = e;
        }
      }
      return fault;
    }
  }
}
