package dev.tidemill.engine.torch;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Simulates a device on the CPU that runs everything as late as possible. A copy or computation
 * runs only when something waits for it. So a test passes only if events order the operations, not
 * by luck.
 */
// Native scopes are only closed.
@SuppressWarnings("try")
final class SimulatedDevice implements CopyStream {
  private final Deque<Runnable> copies = new ArrayDeque<>();
  private final Deque<Runnable> computation = new ArrayDeque<>();
  private final NativeScope scope = new NativeScope();
  private final boolean computesImmediately;
  private @Nullable RuntimeException fault;

  /**
   * @param computesImmediately whether libtorch computes, which cannot be deferred
   */
  SimulatedDevice(boolean computesImmediately) {
    // A test that uses libtorch without an engine would otherwise load a second copy of it.
    NativeLibraries.load();
    this.computesImmediately = computesImmediately;
  }

  /** Enqueues a computation. */
  void compute(Runnable what) {
    computation.add(what);
  }

  /** Makes all later waits throw an exception. */
  void fail(RuntimeException failure) {
    fault = failure;
  }

  /** Runs everything that is left, one queue as far as possible before the other. */
  void finish(boolean copiesFirst) {
    run(copiesFirst ? copies : computation);
    run(copiesFirst ? computation : copies);
  }

  private static void run(Deque<Runnable> queue) {
    while (!queue.isEmpty()) {
      queue.removeFirst().run();
    }
  }

  @Override
  public Tensor hostMemory(ScalarType type, long... sizes) {
    return Placement.CPU.zeros(type, sizes);
  }

  @Override
  public Tensor deviceMemory(ScalarType type, long... sizes) {
    return Placement.CPU.zeros(type, sizes);
  }

  @Override
  public void copy(Tensor from, Tensor into) {
    Tensor source = hold(from);
    Tensor target = hold(into);
    copies.add(
        () -> {
          try (PointerScope step = new PointerScope()) {
            target.copy_(source);
          }
        });
  }

  /** Keeps a tensor alive as long as the device. */
  Tensor hold(Tensor tensor) {
    return scope.keep(() -> new Tensor(tensor));
  }

  @Override
  public Event event() {
    return new SimulatedEvent();
  }

  @Override
  public void close() {
    scope.close();
  }

  /** A recording of an event. */
  private static final class Point implements Runnable {
    private final Deque<Runnable> queue;
    private boolean reached;

    Point(Deque<Runnable> queue) {
      this.queue = queue;
      queue.add(this);
    }

    @Override
    public void run() {
      reached = true;
    }

    void reach() {
      while (!reached) {
        queue.removeFirst().run();
      }
    }
  }

  private final class SimulatedEvent implements Event {
    private @Nullable Point point;

    @Override
    public void recordCopies() {
      point = new Point(copies);
    }

    @Override
    public void recordComputation() {
      point = new Point(computation);
    }

    @Override
    public void copiesWait() {
      if (point != null) {
        copies.add(point::reach);
      }
    }

    @Override
    public void computationWaits() {
      if (point != null) {
        computation.add(point::reach);
      }
      if (computesImmediately) {
        SimulatedDevice.run(computation);
      }
    }

    @Override
    public void synchronize() {
      if (fault != null) {
        throw fault;
      }
      if (point != null) {
        point.reach();
      }
    }
  }
}
