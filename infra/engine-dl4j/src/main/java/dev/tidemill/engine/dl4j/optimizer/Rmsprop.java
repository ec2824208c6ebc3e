package dev.tidemill.engine.dl4j.optimizer;

import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.List;

/** {@code torch.optim.RMSprop}, with momentum and centring where they are asked for. */
final class Rmsprop extends Optimizer {
  private final float alpha;
  private final float rest;
  private final float eps;
  private final float momentum;
  private final int momentumIndex;
  private final int averageIndex;
  private final float[] deviation = new float[Floats.TILE];
  private float rate;

  Rmsprop(OptimizerSpec.Rmsprop spec, Floats parameters, List<Floats> state) {
    super(parameters, state, spec.weightDecay());
    alpha = (float) spec.alpha();
    rest = (float) (1 - spec.alpha());
    eps = (float) spec.eps();
    momentum = (float) spec.momentum();
    momentumIndex = spec.stateNames().indexOf("momentum_buffer");
    averageIndex = spec.stateNames().indexOf("grad_avg");
  }

  @Override
  void begin(double learningRate, long step) {
    rate = (float) learningRate;
  }

  @Override
  void update(float[] p, float[] g, float[][] s, int count) {
    float[] square = s[0];
    for (int i = 0; i < count; i++) {
      square[i] = alpha * square[i] + rest * g[i] * g[i];
    }
    if (averageIndex < 0) {
      for (int i = 0; i < count; i++) {
        deviation[i] = (float) Math.sqrt(square[i]) + eps;
      }
    } else {
      center(g, square, s[averageIndex], count);
    }
    if (momentumIndex < 0) {
      for (int i = 0; i < count; i++) {
        p[i] -= rate * g[i] / deviation[i];
      }
    } else {
      accelerate(p, g, s[momentumIndex], count);
    }
  }

  private void center(float[] g, float[] square, float[] average, int count) {
    for (int i = 0; i < count; i++) {
      average[i] += rest * (g[i] - average[i]);
    }
    for (int i = 0; i < count; i++) {
      deviation[i] = (float) Math.sqrt(square[i] - average[i] * average[i]) + eps;
    }
  }

  private void accelerate(float[] p, float[] g, float[] buffer, int count) {
    for (int i = 0; i < count; i++) {
      buffer[i] = momentum * buffer[i] + g[i] / deviation[i];
    }
    for (int i = 0; i < count; i++) {
      p[i] -= rate * buffer[i];
    }
  }
}
