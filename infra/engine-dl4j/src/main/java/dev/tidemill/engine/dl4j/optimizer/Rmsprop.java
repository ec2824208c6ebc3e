package dev.tidemill.engine.dl4j.optimizer;

import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.List;

/** {@code torch.optim.RMSprop}, with optional momentum and centering. */
final class Rmsprop extends Optimizer {
  private final float alpha;
  private final float oneMinusAlpha;
  private final float eps;
  private final float momentum;
  private final int momentumIndex;
  private final int gradAvgIndex;
  private final float[] denominators = new float[Floats.TILE];
  private float rate;

  Rmsprop(OptimizerSpec.Rmsprop spec, Floats parameters, List<Floats> state) {
    super(parameters, state, spec.weightDecay());
    alpha = (float) spec.alpha();
    oneMinusAlpha = (float) (1 - spec.alpha());
    eps = (float) spec.eps();
    momentum = (float) spec.momentum();
    momentumIndex = spec.stateNames().indexOf("momentum_buffer");
    gradAvgIndex = spec.stateNames().indexOf("grad_avg");
  }

  @Override
  void prepareStep(double learningRate, long step) {
    rate = (float) learningRate;
  }

  @Override
  void update(float[] p, float[] g, float[][] s, int count) {
    float[] square = s[0];
    for (int i = 0; i < count; i++) {
      square[i] = alpha * square[i] + oneMinusAlpha * g[i] * g[i];
    }
    if (gradAvgIndex < 0) {
      for (int i = 0; i < count; i++) {
        denominators[i] = (float) Math.sqrt(square[i]) + eps;
      }
    } else {
      computeCenteredDenominators(g, square, s[gradAvgIndex], count);
    }
    if (momentumIndex < 0) {
      for (int i = 0; i < count; i++) {
        p[i] -= rate * g[i] / denominators[i];
      }
    } else {
      applyMomentum(p, g, s[momentumIndex], count);
    }
  }

  private void computeCenteredDenominators(float[] g, float[] square, float[] gradAvg, int count) {
    for (int i = 0; i < count; i++) {
      gradAvg[i] += oneMinusAlpha * (g[i] - gradAvg[i]);
    }
    for (int i = 0; i < count; i++) {
      denominators[i] = (float) Math.sqrt(square[i] - gradAvg[i] * gradAvg[i]) + eps;
    }
  }

  private void applyMomentum(float[] p, float[] g, float[] buffer, int count) {
    for (int i = 0; i < count; i++) {
      buffer[i] = momentum * buffer[i] + g[i] / denominators[i];
    }
    for (int i = 0; i < count; i++) {
      p[i] -= rate * buffer[i];
    }
  }
}
