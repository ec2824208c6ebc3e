package dev.tidemill.engine.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Starts the backward pass of a micro-batch. Scales its gradient, so that the gradients of all
 * micro-batches add up to the gradient of the whole batch's mean loss.
 */
// Native scopes are only closed.
@SuppressWarnings("try")
final class LossGradient implements AutoCloseable {
  private final double sumScale;
  private final NativeScope scope = new NativeScope();
  private final BoolOptional retainGraph = scope.keep(BoolOptional::new);
  private final TensorArrayRefOptional allInputs = scope.keep(TensorArrayRefOptional::new);
  private final Tensor scale;
  private double total;

  LossGradient(Loss loss, Placement placement) {
    sumScale = loss.sumScale();
    scale = scope.keep(() -> placement.zeros(ScalarType.Float));
  }

  /**
   * Adds the gradient of {@code sum / ofTotal}, times {@link Loss#sumScale}, to the gradients of
   * all parameters.
   *
   * @param ofTotal sum of the weights of the whole batch's samples
   */
  void backward(Tensor sum, double ofTotal) {
    if (total != ofTotal) {
      fill(ofTotal);
    }
    sum.backward(scale, retainGraph, false, allInputs);
  }

  /** Overwrites the scale. A device first runs the earlier backward passes, which read it. */
  private void fill(double ofTotal) {
    try (PointerScope temporary = new PointerScope()) {
      scale.fill_(new Scalar((float) (sumScale / ofTotal)));
    }
    total = ofTotal;
  }

  @Override
  public void close() {
    scope.close();
  }
}
