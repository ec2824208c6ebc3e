package dev.tidemill.engine.torch;

import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Where backward begins: how much the sum of the samples' losses counts in the batch's. */
final class LossGradient implements AutoCloseable {
  private final double factor;
  private final Placement placement;
  private final NativeScope scope = new NativeScope();
  private final BoolOptional unsaid = scope.keep(BoolOptional::new);
  private final TensorArrayRefOptional everywhere = scope.keep(TensorArrayRefOptional::new);
  private NativeScope last = new NativeScope();
  private @Nullable Tensor share;
  private long total;

  LossGradient(Loss loss, Placement placement) {
    this.placement = placement;
    factor = loss.factor();
  }

  /**
   * Adds the gradient of {@code sum / ofTotal} to that of all parameters.
   *
   * @param ofTotal samples in the whole batch
   */
  void backward(Tensor sum, long ofTotal) {
    sum.backward(share(ofTotal), unsaid, false, everywhere);
  }

  private Tensor share(long ofTotal) {
    Tensor known = share;
    if (known == null || total != ofTotal) {
      last.close();
      last = new NativeScope();
      known =
          last.keep(
              () ->
                  placement.zeros(ScalarType.Float).fill_(new Scalar((float) (factor / ofTotal))));
      share = known;
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
