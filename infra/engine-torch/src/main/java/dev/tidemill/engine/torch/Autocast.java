package dev.tidemill.engine.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Enables autocast to BFLOAT16 for products and convolutions of this thread until it is closed. The
 * thread that opened it must close it. Do not nest.
 *
 * <p>libtorch caches converted weights until then. A weight that was converted without autograd
 * passes no gradient on. So do not use one instance both with and without autograd.
 */
final class Autocast implements AutoCloseable {
  private final DeviceType type;

  private Autocast(DeviceType type) {
    this.type = type;
    torch.set_autocast_dtype(type, ScalarType.BFloat16);
    torch.set_autocast_enabled(type, true);
  }

  /** Runs layers in the precision of a placement. The layers decide the type of the outputs. */
  // The resource is only closed.
  @SuppressWarnings("try")
  static Tensor run(Placement placement, Layer layers, Tensor x, ForwardContext context) {
    if (!placement.isBfloat16()) {
      return layers.forward(x, context);
    }
    DeviceType type = placement.isCuda() ? DeviceType.CUDA : DeviceType.CPU;
    try (Autocast narrow = new Autocast(type)) {
      return layers.forward(x, context);
    }
  }

  /** Converts outputs to FLOAT32, in which losses and predictions are computed. */
  static Tensor toFloat32(Tensor outputs) {
    return outputs.scalar_type() == ScalarType.Float ? outputs : outputs.to(ScalarType.Float);
  }

  @Override
  public void close() {
    torch.set_autocast_enabled(type, false);
    torch.clear_cache();
  }
}
