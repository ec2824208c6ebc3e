package dev.tidemill.engine.torch;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A device on the processor that does everything as late as it may: a copy is made, and a
 * computation run, only when somebody who waits for it makes it so. What comes out right here was
 * ordered by marks, and not by luck.
 */
// Native scopes are held open, not looked at.
@SuppressWarnings("try")
final class SimulatedDevice implements CopyLane {
  private final Deque<Runnable> copies = new ArrayDeque<>();
  private final Deque<Runnable> computation = new ArrayDeque<>();
  private final NativeScope scope = new NativeScope();
  private final boolean computesAtOnce;
  private @Nullable RuntimeException fault;

  /**
   * @param computesAtOnce whether computation is libtorch's own, which is not put off
   */
  SimulatedDevice(boolean computesAtOnce) {
    this.computesAtOnce = computesAtOnce;
  }

  /** Asks for a computation. */
  void compute(Runnable what) {
    computation.add(what);
  }

  /** Whoever waits from now on meets this. */
  void fail(RuntimeException met) {
    fault = met;
  }

  /** Does all that is left, one row as far as it goes before the other. */
  void finish(boolean copiesFirst) {
    run(copiesFirst ? copies : computation);
    run(copiesFirst ? computation : copies);
  }

  private static void run(Deque<Runnable> row) {
    while (!row.isEmpty()) {
      row.removeFirst().run();
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

  /** The same tensor, for as long as the device lives. */
  Tensor hold(Tensor tensor) {
    return scope.keep(() -> new Tensor(tensor));
  }

  @Override
  public Mark mark() {
    return new Place();
  }

  @Override
  public void close() {
    scope.close();
  }

  /** One time that a mark was set. */
  private static final class Point implements Runnable {
    private final Deque<Runnable> row;
    private boolean reached;

    Point(Deque<Runnable> row) {
      this.row = row;
      row.add(this);
    }

    @Override
    public void run() {
      reached = true;
    }

    void reach() {
      while (!reached) {
        row.removeFirst().run();
      }
    }
  }

  private final class Place implements Mark {
    private @Nullable Point point;

    @Override
    public void afterCopies() {
      point = new Point(copies);
    }

    @Override
    public void afterComputation() {
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
      if (computesAtOnce) {
        SimulatedDevice.run(computation);
      }
    }

    @Override
    public void hostWaits() {
      if (fault != null) {
        throw fault;
      }
      if (point != null) {
        point.reach();
      }
    }
  }
}
