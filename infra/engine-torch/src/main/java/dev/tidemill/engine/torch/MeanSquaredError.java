package dev.tidemill.engine.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** The mean squared difference between outputs and targets. */
final class MeanSquaredError implements Loss {
  private static final int NONE = 0;
  private static final int SUM = 2;

  private final int outputs;

  MeanSquaredError(int outputs) {
    this.outputs = outputs;
  }

  @Override
  public Tensor sum(Tensor given, Tensor targets, @Nullable Tensor weights) {
    return weights == null
        ? torch.mse_loss(given, targets, SUM)
        : torch.mse_loss(given, targets, NONE).mul(weights.view(-1, 1)).sum();
  }

  @Override
  public double sumScale() {
    return 1.0 / outputs;
  }

  @Override
  public Tensor correct(Tensor given, Tensor targets) {
    return torch.zeros(new long[0], new TensorOptions(ScalarType.Long));
  }

  @Override
  public Tensor answer(Tensor given) {
    return given;
  }
}
