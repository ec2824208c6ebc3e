package dev.tidemill.engine.torch;

import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Starts the backward pass of a micro-batch. Scales its gradient, so that the gradients of all
 * micro-batches add up to the gradient of the whole batch's mean loss.
 */
final class LossGradient implements AutoCloseable {
  private final double sumScale;
  private final Placement placement;
  private final NativeScope scope = new NativeScope();
  private final BoolOptional retainGraph = scope.keep(BoolOptional::new);
  private final TensorArrayRefOptional allInputs = scope.keep(TensorArrayRefOptional::new);
  private NativeScope last = new NativeScope();
  private @Nullable Tensor sumGradient;
  private long total;

  LossGradient(Loss loss, Placement placement) {
    this.placement = placement;
    sumScale = loss.sumScale();
  }

  /**
   * Adds the gradient of {@code sum / ofTotal}, times {@link Loss#sumScale}, to the gradients of
   * all parameters.
   *
   * @param ofTotal samples in the whole batch
   */
  void backward(Tensor sum, long ofTotal) {
    sum.backward(sumGradient(ofTotal), retainGraph, false, allInputs);
  }

  private Tensor sumGradient(long ofTotal) {
    Tensor known = sumGradient;
    if (known == null || total != ofTotal) {
      last.close();
      last = new NativeScope();
      known =
          last.keep(
              () ->
                  placement
                      .zeros(ScalarType.Float)
                      .fill_(new Scalar((float) (sumScale / ofTotal))));
      sumGradient = known;
      total = ofTotal;
    }
    return known;
  }

  @Override
  public void close() {
    last.close();
    scope.close();
  }
}
