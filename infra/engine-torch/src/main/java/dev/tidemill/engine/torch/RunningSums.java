package dev.tidemill.engine.torch;

import dev.tidemill.engine.StepMetrics;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Sums of losses and correct predictions since the last drain, kept on the device. */
// Native scopes are only closed.
@SuppressWarnings("try")
final class RunningSums {
  private final Tensor loss;
  private final Tensor correct;
  private final Scalar lossScale;
  private long samples;

  /** Must be created in the native scope of a model. */
  RunningSums(Loss of, Placement placement) {
    loss = placement.zeros(ScalarType.Double);
    correct = placement.zeros(ScalarType.Long);
    lossScale = new Scalar(of.sumScale());
  }

  /** Adds the sums of a batch. */
  void add(Tensor lossSum, Tensor right, int count) {
    loss.add_(lossSum.detach(), lossScale);
    correct.add_(right);
    samples += count;
  }

  /** Moves the sums to {@code into}, which waits for the device, and resets them. */
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
