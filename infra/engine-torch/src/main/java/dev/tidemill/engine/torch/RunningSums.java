package dev.tidemill.engine.torch;

import dev.tidemill.engine.StepMetrics;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Losses and right answers since the last drain, kept where they are computed. */
// Native scopes are held open, not looked at.
@SuppressWarnings("try")
final class RunningSums {
  private final Tensor loss;
  private final Tensor correct;
  private final Scalar factor;
  private long samples;

  /** Made within the scope of a model. */
  RunningSums(Loss of, Placement placement) {
    loss = placement.zeros(ScalarType.Double);
    correct = placement.zeros(ScalarType.Long);
    factor = new Scalar(of.factor());
  }

  /** Adds a batch's. */
  void add(Tensor lossSum, Tensor right, int count) {
    loss.add_(lossSum.detach(), factor);
    correct.add_(right);
    samples += count;
  }

  /** Moves them out, and waits until they are computed. */
  void drain(StepMetrics into) {
    into.set(samples, loss.item_double(), correct.item_long());
    clear();
  }

  void clear() {
    try (PointerScope scope = new PointerScope()) {
      loss.zero_();
      correct.zero_();
    }
    samples = 0;
  }
}
