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

/**
 * One update of all parameters by their gradient, which is zero then. An optimizer's tensors that
 * are kept in BFLOAT16 are widened for it piece by piece, and rounded again after.
 */
// Native scopes are held open, not looked at.
@SuppressWarnings("try")
final class Update {
  private static final long PIECE = 1 << 20;

  /** Consecutive parameters, and what the optimizer keeps for them. */
  private record Piece(IValueVector arguments, List<Tensor> narrow, List<Tensor> wide) {}

  // The functions live as long as it does.
  private final CompilationUnit unit;
  private final Function clip;
  private final Function update;
  private final Tensor gradient;
  private final IValueVector clipArguments;
  private final List<Piece> pieces = new ArrayList<>();
  private final int rate;

  /** Made within the scope of the state. */
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
    List<Tensor> wide = new ArrayList<>();
    for (int i = 0; widens && i < states; i++) {
      wide.add(torch.empty(length));
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
   * Updates.
   *
   * @param step updates before this one
   */
  void run(double learningRate, long step) {
    try (PointerScope scope = new PointerScope()) {
      clip.apply(clipArguments);
      for (Piece piece : pieces) {
        copy(piece.narrow, piece.wide);
        piece.arguments.put(rate, new IValue(learningRate));
        piece.arguments.put(rate + 1, new IValue(step));
        update.apply(piece.arguments);
        copy(piece.wide, piece.narrow);
      }
      gradient.zero_();
    }
  }

  private static void copy(List<Tensor> from, List<Tensor> to) {
    for (int i = 0; i < from.size(); i++) {
      to.get(i).copy_(from.get(i));
    }
  }
}
