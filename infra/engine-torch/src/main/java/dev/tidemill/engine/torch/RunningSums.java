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
  private final double sumScale;
  private final Scalar unweightedScale;
  private long samples;

  /** Must be created in the native scope of a model. */
  RunningSums(Loss of, Placement placement) {
    loss = placement.zeros(ScalarType.Double);
    correct = placement.zeros(ScalarType.Long);
    sumScale = of.sumScale();
    unweightedScale = new Scalar(sumScale);
  }

  /**
   * Adds the sums of a batch. Call it in a native scope of the step.
   *
   * @param perWeight samples of the whole batch for each unit of its weight; 1 without weights
   */
  void add(Tensor lossSum, Tensor right, int count, double perWeight) {
    Scalar times = perWeight == 1 ? unweightedScale : new Scalar(sumScale * perWeight);
    loss.add_(lossSum.detach(), times);
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
