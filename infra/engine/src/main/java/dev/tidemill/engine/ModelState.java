package dev.tidemill.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The complete state of a model, from which training resumes and serving starts: the spec, all
 * tensors in one flat off-heap memory with named slices, and counters. It is independent of
 * engines. One thread at a time may write to it.
 */
public final class ModelState {
  private final ModelSpec spec;
  private final StateLayout layout;
  private final ByteBuffer data;
  private TrainingCounters counters;
  private int contract;
  private double learningRateFactor = 1;
  private String driftState = "";

  private ModelState(ModelSpec spec, StateLayout layout, TrainingCounters counters) {
    this.spec = spec;
    this.layout = layout;
    this.data =
        ByteBuffer.allocateDirect(Math.toIntExact(layout.length() * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    this.counters = counters;
  }

  /**
   * Allocates the state of a spec, filled with zeros.
   *
   * @throws InvalidSpecException if the spec has faults, including a state of more than {@link
   *     Network#MAX_STATE_LENGTH} values; in that case nothing is allocated
   */
  public static ModelState allocate(ModelSpec spec) {
    return new ModelState(
        spec, Network.of(spec).stateLayout(), TrainingCounters.initial(spec.training().seed()));
  }

  /** Creates a model with PyTorch's initialization. The same seed gives the same bits anywhere. */
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

  /** The flat memory, not a copy: direct, little-endian, position 0, limit at the end. */
  public ByteBuffer data() {
    return data;
  }

  /** A view of the memory of one slice. */
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

  /** Version of the data contract that the model was trained with; 0 if there is none. */
  public int contract() {
    return contract;
  }

  public void contract(int version) {
    this.contract = version;
  }

  /** What multiplied the schedule's learning rate when the state was taken. */
  public double learningRateFactor() {
    return learningRateFactor;
  }

  public void learningRateFactor(double factor) {
    this.learningRateFactor = factor;
  }

  /**
   * What the trainer knew of changes in the data when the state was taken, in its own encoding;
   * empty if it knew nothing.
   */
  public String driftState() {
    return driftState;
  }

  public void driftState(String text) {
    this.driftState = text;
  }
}
