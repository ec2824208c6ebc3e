package dev.tidemill.engine.torch;

import dev.tidemill.engine.TargetSums;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** The mean squared difference between outputs and targets. */
final class MeanSquaredError implements Loss {
  private static final int NONE = 0;
  private static final int SUM = 2;

  private static final long[] SAMPLES = {0};

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

  /** Adds the sums of absolute errors, squared errors, targets and squared targets. */
  @Override
  public void compare(Tensor given, Tensor targets, RunningSums into) {
    if (TargetSums.length(outputs) == 0) {
      return;
    }
    Tensor errors = given.detach().sub(targets).to(ScalarType.Double);
    Tensor values = targets.to(ScalarType.Double);
    TensorVector each = new TensorVector(errors.abs(), errors.square(), values, values.square());
    into.addTargets(torch.cat(each, 1).sum(SAMPLES));
  }

  @Override
  public Tensor answer(Tensor given) {
    return given;
  }
}
