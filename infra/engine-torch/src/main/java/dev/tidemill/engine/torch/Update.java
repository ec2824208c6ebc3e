package dev.tidemill.engine.torch;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.StateType;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorList;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Updates all parameters with their gradients, then zeroes the gradients. BFLOAT16 optimizer state
 * is converted to FLOAT32 piece by piece, and stochastically rounded back. With rounding to
 * nearest, a second moment that changes by a thousandth per step would never change.
 */
// Native scopes are only closed.
@SuppressWarnings("try")
final class Update {
  private static final long PIECE = 1 << 20;

  /** Consecutive parameters and their optimizer state. */
  private record Piece(IValueVector arguments, List<Tensor> narrow, List<Tensor> wide) {}

  // Keeps the functions alive.
  private final CompilationUnit unit;
  private final Function clip;
  private final Function update;
  private final Tensor gradient;
  private final IValueVector clipArguments;
  private final List<Piece> pieces = new ArrayList<>();
  private final int rate;
  private final StochasticRounding rounding;

  /** Must be created in the native scope of the state. */
  Update(Network network, StateTensors state) {
    unit = torch.compile(UpdateScript.of(network.spec()));
    clip = unit.get_function(new QualifiedName("clip"));
    update = unit.get_function(new QualifiedName("update"));
    gradient = state.gradient();
    clipArguments = new IValueVector(new IValue(gradient));
    int states = network.spec().optimizer().stateNames().size();
    rate = 2 + states;
    boolean widens = network.spec().optimizer().stateType() == StateType.BFLOAT16;
    long all = gradient.numel();
    long length = widens ? Math.min(all, PIECE) : all;
    rounding = new StochasticRounding(widens ? length : 0, state.placement());
    List<Tensor> wide = new ArrayList<>();
    for (int i = 0; widens && i < states; i++) {
      wide.add(state.placement().zeros(ScalarType.Float, length));
    }
    for (long begin = 0; begin < all; begin += length) {
      pieces.add(piece(state, states, begin, Math.min(length, all - begin), wide));
    }
  }

  private static Piece piece(
      StateTensors state, int states, long begin, long length, List<Tensor> buffers) {
    List<Tensor> narrow = new ArrayList<>();
    List<Tensor> wide = new ArrayList<>();
    List<IValue> values = new ArrayList<>();
    values.add(list(state.parameters().narrow(0, begin, length)));
    values.add(list(state.gradient().narrow(0, begin, length)));
    for (int i = 0; i < states; i++) {
      Tensor kept = state.optimizerState(i).narrow(0, begin, length);
      if (buffers.isEmpty()) {
        values.add(list(kept));
      } else {
        Tensor buffer = buffers.get(i).narrow(0, 0, length);
        narrow.add(kept);
        wide.add(buffer);
        values.add(list(buffer));
      }
    }
    values.add(new IValue(0.0));
    values.add(new IValue(0L));
    return new Piece(new IValueVector(values.toArray(IValue[]::new)), narrow, wide);
  }

  private static IValue list(Tensor only) {
    GenericList list = new GenericList(new TensorList(new TensorVector()).elementType());
    list.push_back(new IValue(only));
    return new IValue(list);
  }

  /**
   * Makes one update.
   *
   * @param seed of the stochastic rounding
   * @param step number of updates before this one
   */
  void run(double learningRate, long seed, long step) {
    try (PointerScope scope = new PointerScope()) {
      clip.apply(clipArguments);
      rounding.begin(seed, step);
      for (Piece piece : pieces) {
        for (int i = 0; i < piece.wide.size(); i++) {
          piece.wide.get(i).copy_(piece.narrow.get(i));
        }
        piece.arguments.put(rate, new IValue(learningRate));
        piece.arguments.put(rate + 1, new IValue(step));
        update.apply(piece.arguments);
        for (int i = 0; i < piece.wide.size(); i++) {
          rounding.round(piece.wide.get(i), piece.narrow.get(i));
        }
      }
      gradient.zero_();
    }
  }
}
