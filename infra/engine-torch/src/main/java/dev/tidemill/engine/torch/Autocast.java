package dev.tidemill.engine.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * While it is open, this thread computes products and convolutions in BFLOAT16. To be closed by the
 * thread that opened it, and not to be opened within another.
 *
 * <p>libtorch keeps a weight that it has narrowed until then. One that was narrowed where no
 * gradient is wanted leads back to no weight, so that one of these must not reach over both kinds
 * of computation.
 */
final class Autocast implements AutoCloseable {
  private final DeviceType type;

  private Autocast(DeviceType type) {
    this.type = type;
    torch.set_autocast_dtype(type, ScalarType.BFloat16);
    torch.set_autocast_enabled(type, true);
  }

  /**
   * Layers' outputs, computed in a placement's precision; in which type they are, layers decide.
   */
  // It is held, not looked at.
  @SuppressWarnings("try")
  static Tensor run(Placement placement, Layer layers, Tensor x, Pass pass) {
    if (!placement.isNarrow()) {
      return layers.forward(x, pass);
    }
    DeviceType type = placement.isCuda() ? DeviceType.CUDA : DeviceType.CPU;
    try (Autocast narrow = new Autocast(type)) {
      return layers.forward(x, pass);
    }
  }

  /** The outputs as FLOAT32: a loss and an answer are computed in it. */
  static Tensor widened(Tensor outputs) {
    return outputs.scalar_type() == ScalarType.Float ? outputs : outputs.to(ScalarType.Float);
  }

  @Override
  public void close() {
    torch.set_autocast_enabled(type, false);
    torch.clear_cache();
  }
}
