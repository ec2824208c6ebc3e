package dev.tidemill.engine.torch;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots of what lies on a device: a copy there, in the order of the computation; from it,
 * beside the computation, one in memory that the device writes by itself; and from that, by whoever
 * awaits it, the state. Its memory, once on each side, is taken at the first one.
 */
// Native scopes are held open, not looked at.
@SuppressWarnings("try")
final class DeviceSnapshots implements AutoCloseable {
  private final StateTensors state;
  private final CopyLane lane;
  private final NativeScope scope = new NativeScope();
  private final List<Tensor> there = new ArrayList<>();
  private final List<Tensor> here = new ArrayList<>();
  private final CopyLane.Mark taken;
  private final CopyLane.Mark arrived;
  private @Nullable Pending last;

  DeviceSnapshots(StateTensors state, CopyLane lane) {
    this.state = state;
    this.lane = lane;
    taken = lane.mark();
    arrived = lane.mark();
    for (Tensor kept : state.all()) {
      there.add(scope.keep(() -> lane.deviceMemory(kept.scalar_type(), kept.numel())));
      here.add(scope.keep(() -> lane.hostMemory(kept.scalar_type(), kept.numel())));
    }
  }

  /**
   * Begins one; the one before is completed first, since it has the same memory. If that fails,
   * whoever awaits it is told.
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
      taken.afterComputation();
      taken.copiesWait();
      for (int i = 0; i < there.size(); i++) {
        lane.copy(there.get(i), here.get(i));
      }
      arrived.afterCopies();
    }
    Pending begun = new Pending(into);
    last = begun;
    return begun;
  }

  /** Completes what is pending; if that fails, whoever awaits it is told. */
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
      RuntimeException met = complete();
      if (met != null) {
        throw met;
      }
    }

    synchronized @Nullable RuntimeException complete() {
      if (!complete) {
        complete = true;
        try {
          arrived.hostWaits();
          state.write(into, here);
        } catch (RuntimeException e) {
          fault = e;
        }
      }
      return fault;
    }
  }
}
