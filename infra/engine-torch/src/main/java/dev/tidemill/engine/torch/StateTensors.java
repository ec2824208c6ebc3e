package dev.tidemill.engine.torch;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.engine.StateLayout.Kind;
import dev.tidemill.engine.StateLayout.Slice;
import dev.tidemill.engine.StateType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A copy of the tensors of a {@link ModelState}. Parameters and buffers are one flat tensor in the
 * state's order, and the optimizer state is another. So reading or writing a state takes two
 * copies. Named tensors are views. The gradients are views of one flat tensor, so that one call
 * updates all parameters.
 */
// Native scopes are only closed.
@SuppressWarnings("try")
final class StateTensors implements AutoCloseable {
  private final NativeScope scope = new NativeScope();
  private final Placement placement;
  private final List<Slice> slices;
  private final Tensor flat;
  private final Tensor optimizer;
  private final Tensor gradient;
  private final Map<String, Tensor> byName = new HashMap<>();

  private StateTensors(
      Placement placement, List<Slice> slices, boolean learns, StateType optimizerType) {
    this.placement = placement;
    this.slices = slices;
    long parameters = length(Kind.PARAMETER);
    flat = scope.keep(() -> placement.zeros(ScalarType.Float, parameters + length(Kind.BUFFER)));
    ScalarType type = optimizerType == StateType.BFLOAT16 ? ScalarType.BFloat16 : ScalarType.Float;
    optimizer = scope.keep(() -> placement.zeros(type, length(Kind.OPTIMIZER)));
    gradient = scope.keep(() -> placement.zeros(ScalarType.Float, learns ? parameters : 0));
    for (Slice slice : slices) {
      if (slice.kind() != Kind.OPTIMIZER) {
        byName.put(slice.name(), scope.keep(() -> view(slice, learns)));
      }
    }
  }

  private long length(Kind kind) {
    return slices.stream().filter(s -> s.kind() == kind).mapToLong(Slice::length).sum();
  }

  /** Copies a whole state, for training. */
  static StateTensors copy(ModelState state, Placement placement) {
    StateTensors copy =
        new StateTensors(
            placement, state.layout().slices(), true, state.spec().optimizer().stateType());
    copy.read(state);
    return copy;
  }

  /** Copies a state without the optimizer state, for serving. */
  static StateTensors copyForServing(ModelState state, Placement placement) {
    List<Slice> all = state.layout().slices();
    StateTensors copy =
        new StateTensors(
            placement,
            all.stream().filter(s -> s.kind() != Kind.OPTIMIZER).toList(),
            false,
            StateType.FLOAT32);
    copy.read(state);
    return copy;
  }

  private Tensor view(Slice slice, boolean learns) {
    long[] shape = slice.shape().stream().mapToLong(Integer::longValue).toArray();
    Tensor view = flat.narrow(0, slice.offset(), slice.length()).view(shape);
    if (!learns || slice.kind() != Kind.PARAMETER) {
      return view;
    }
    Tensor leaf = view.detach();
    leaf.set_requires_grad(true);
    leaf.mutable_grad().put(gradient.narrow(0, slice.offset(), slice.length()).view(shape));
    return leaf;
  }

  /** The device and precision. */
  Placement placement() {
    return placement;
  }

  /** The scope of native objects that live as long as the tensors. */
  NativeScope scope() {
    return scope;
  }

  /** Returns one tensor, not a copy. */
  Tensor tensor(Slice slice) {
    Tensor tensor = byName.get(slice.name());
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor " + slice.name());
    }
    return tensor;
  }

  /** The gradients of all parameters as one tensor, in the state's order. */
  Tensor gradient() {
    return gradient;
  }

  /** Sets all gradients to zero. */
  void zeroGradient() {
    try (PointerScope step = new PointerScope()) {
      gradient.zero_();
    }
  }

  /** All parameters as one tensor, not a copy. */
  Tensor parameters() {
    return flat.narrow(0, 0, gradient.numel());
  }

  /**
   * One state tensor of the optimizer for all parameters, not a copy, in the spec's {@code
   * state_dtype}.
   *
   * @param index in the order of {@code OptimizerSpec.stateNames}
   */
  Tensor optimizerState(int index) {
    return optimizer.narrow(0, index * gradient.numel(), gradient.numel());
  }

  /**
   * Copies the tensors of a state to this object.
   *
   * @throws IllegalArgumentException if the state has other tensors
   */
  void read(ModelState from) {
    requireSameTensors(from);
    try (PointerScope step = new PointerScope()) {
      flat.copy_(blob(from, 0, flat.numel()));
      optimizer.copy_(blob(from, flat.numel(), optimizer.numel()));
    }
  }

  /**
   * Copies the tensors of this object to a state.
   *
   * @throws IllegalArgumentException if the state has other tensors
   */
  void write(ModelState into) {
    requireSameTensors(into);
    write(into, all());
  }

  /**
   * Writes copies of the tensors to a state.
   *
   * @param copies of the tensors of {@link #all}
   */
  void write(ModelState into, List<Tensor> copies) {
    try (PointerScope step = new PointerScope()) {
      long offset = 0;
      for (Tensor copy : copies) {
        blob(into, offset, copy.numel()).copy_(copy);
        offset += copy.numel();
      }
    }
  }

  /** The flat tensors in the state's order, not copies. */
  List<Tensor> all() {
    return List.of(flat, optimizer);
  }

  /** Wraps a part of the state's memory in a tensor, without a copy. */
  private static Tensor blob(ModelState state, long offset, long length) {
    BytePointer begin = new BytePointer(state.data()).getPointer(offset * Float.BYTES);
    return torch.from_blob(begin, new long[] {length}, new TensorOptions(ScalarType.Float));
  }

  /**
   * Checks that a state has the same tensors.
   *
   * @throws IllegalArgumentException if it has other tensors
   */
  void requireSameTensors(ModelState state) {
    List<StateLayout.Slice> others = state.layout().slices();
    for (int i = 0; i < slices.size(); i++) {
      Slice own = slices.get(i);
      if (i >= others.size() || !own.equals(others.get(i))) {
        throw new IllegalArgumentException(
            "a state of another network: it has "
                + (i < others.size() ? others.get(i) : "nothing")
                + " where this model has "
                + own);
      }
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
