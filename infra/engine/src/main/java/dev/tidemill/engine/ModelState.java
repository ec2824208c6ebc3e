package dev.tidemill.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * All of a model that training needs to go on, and serving to answer: spec, tensors as one flat
 * off-heap memory with named slices, and counters. Knows no engine. Written by one thread at a
 * time.
 */
public final class ModelState {
  private final ModelSpec spec;
  private final StateLayout layout;
  private final ByteBuffer data;
  private TrainingCounters counters;

  private ModelState(ModelSpec spec, StateLayout layout, TrainingCounters counters) {
    this.spec = spec;
    this.layout = layout;
    this.data =
        ByteBuffer.allocateDirect(Math.toIntExact(layout.length() * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    this.counters = counters;
  }

  /**
   * Memory for a spec, all zero.
   *
   * @throws InvalidSpecException if the spec has faults, among them a state of more than {@link
   *     Network#MAX_STATE_LENGTH} values; nothing was allocated then
   */
  public static ModelState allocate(ModelSpec spec) {
    return new ModelState(
        spec, Network.of(spec).stateLayout(), TrainingCounters.initial(spec.training().seed()));
  }

  /** A model as PyTorch would begin it; the same seed gives the same bits in every engine. */
  public static ModelState initial(ModelSpec spec, long seed) {
    ModelState state =
        new ModelState(spec, Network.of(spec).stateLayout(), TrainingCounters.initial(seed));
    ModelInitializer.of(seed).fill(state);
    return state;
  }

  public ModelSpec spec() {
    return spec;
  }

  public StateLayout layout() {
    return layout;
  }

  /** The flat memory: direct, little-endian, position 0, limit the whole. Not a copy. */
  public ByteBuffer data() {
    return data;
  }

  /** The memory of one slice, as a view. */
  public ByteBuffer data(StateLayout.Slice slice) {
    return data.slice(
            Math.toIntExact(slice.offset() * Float.BYTES),
            Math.toIntExact(slice.length() * Float.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  public TrainingCounters counters() {
    return counters;
  }

  public void counters(TrainingCounters counters) {
    this.counters = counters;
  }
}
