package dev.tidemill.engine.dl4j.optimizer;

import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.List;

/** {@code torch.optim.Adagrad}. */
final class Adagrad extends Optimizer {
  private final double rateDecay;
  private final float eps;
  private float rate;

  Adagrad(OptimizerSpec.Adagrad spec, Floats parameters, List<Floats> state) {
    super(parameters, state, spec.weightDecay());
    rateDecay = spec.lrDecay();
    eps = (float) spec.eps();
  }

  @Override
  void prepareStep(double learningRate, long step) {
    rate = (float) (learningRate / (1 + step * rateDecay));
  }

  @Override
  void update(float[] p, float[] g, float[][] s, int count) {
    float[] sum = s[0];
    for (int i = 0; i < count; i++) {
      sum[i] += g[i] * g[i];
    }
    for (int i = 0; i < count; i++) {
      p[i] -= rate * g[i] / ((float) Math.sqrt(sum[i]) + eps);
    }
  }
}
