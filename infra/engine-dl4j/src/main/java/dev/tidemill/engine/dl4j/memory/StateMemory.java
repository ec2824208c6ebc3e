package dev.tidemill.engine.dl4j.memory;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StateLayout;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A copy of a {@link ModelState}'s tensors in the same order, so each transfer is a single copy.
 * Several models can share it; the last one to close it frees the memory.
 */
public final class StateMemory implements AutoCloseable {
  private final List<StateLayout.Slice> slices;
  private final FlatMemory memory;
  private final AtomicInteger users = new AtomicInteger(1);

  private StateMemory(List<StateLayout.Slice> slices) {
    this.slices = slices;
    StateLayout.Slice last = slices.get(slices.size() - 1);
    memory = new FlatMemory(last.offset() + last.length());
  }

  /** Copies all tensors, for training. */
  public static StateMemory copy(ModelState state) {
    StateMemory copy = new StateMemory(state.layout().slices());
    copy.read(state);
    return copy;
  }

  /** Copies all tensors except the optimizer state, for inference. */
  public static StateMemory copyForInference(ModelState state) {
    List<StateLayout.Slice> all = state.layout().slices();
    StateMemory copy =
        new StateMemory(all.stream().filter(s -> s.kind() != StateLayout.Kind.OPTIMIZER).toList());
    copy.read(state);
    return copy;
  }

  /** Adds a user, which must also call {@link #close}. */
  public StateMemory shared() {
    users.incrementAndGet();
    return this;
  }

  /** Returns the memory of all tensors, in the order of the state. */
  public FlatMemory memory() {
    return memory;
  }

  /**
   * Copies the tensors of a state into this memory.
   *
   * @throws IllegalArgumentException if the state is of another network
   */
  public void read(ModelState from) {
    requireSameTensors(from);
    memory.all().buffer().put(0, from.data().asFloatBuffer(), 0, memory.length());
  }

  /**
   * Copies this memory into the tensors of a state.
   *
   * @throws IllegalArgumentException if the state is of another network
   */
  public void write(ModelState into) {
    requireSameTensors(into);
    into.data().asFloatBuffer().put(0, memory.all().buffer(), 0, memory.length());
  }

  private void requireSameTensors(ModelState state) {
    List<StateLayout.Slice> others = state.layout().slices();
    for (int i = 0; i < slices.size(); i++) {
      StateLayout.Slice own = slices.get(i);
      if (i >= others.size() || !own.equals(others.get(i))) {
        throw new IllegalArgumentException(
            "a state of another network: it has "
                + (i < others.size() ? others.get(i) : "nothing")
                + " where this model has "
                + own);
      }
    }
  }

  /** Removes a user; the last one frees the memory. */
  @Override
  public void close() {
    if (users.decrementAndGet() == 0) {
      memory.close();
    }
  }
}
