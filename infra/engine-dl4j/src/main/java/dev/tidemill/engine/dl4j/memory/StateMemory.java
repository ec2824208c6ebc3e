package dev.tidemill.engine.dl4j.memory;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StateLayout;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A copy of a {@link ModelState}'s tensors, in the same order, so that either way it is one copy.
 * One model owns it, or several share it; the last one to leave frees it.
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

  /** A copy of everything, for learning. */
  public static StateMemory copy(ModelState state) {
    StateMemory copy = new StateMemory(state.layout().slices());
    copy.read(state);
    return copy;
  }

  /** A copy without the optimizer's state, for answering. */
  public static StateMemory copyForAnswers(ModelState state) {
    List<StateLayout.Slice> all = state.layout().slices();
    StateMemory copy =
        new StateMemory(all.stream().filter(s -> s.kind() != StateLayout.Kind.OPTIMIZER).toList());
    copy.read(state);
    return copy;
  }

  /** One more user, who will close it too. */
  public StateMemory shared() {
    users.incrementAndGet();
    return this;
  }

  /** All tensors, in the order of the state. */
  public FlatMemory memory() {
    return memory;
  }

  /**
   * Takes a state's tensors.
   *
   * @throws IllegalArgumentException if it has others
   */
  public void read(ModelState from) {
    requireSameTensors(from);
    memory.all().buffer().put(0, from.data().asFloatBuffer(), 0, memory.length());
  }

  /**
   * Overwrites a state's tensors.
   *
   * @throws IllegalArgumentException if it has others
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

  /** Frees the memory, if nobody else uses it. */
  @Override
  public void close() {
    if (users.decrementAndGet() == 0) {
      memory.close();
    }
  }
}
