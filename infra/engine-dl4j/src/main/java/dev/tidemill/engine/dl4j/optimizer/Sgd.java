package dev.tidemill.engine.dl4j.optimizer;

import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.List;

/** {@code torch.optim.SGD}: the first update sets the momentum buffer to the gradient itself. */
final class Sgd extends Optimizer {
  private final float momentum;
  private final float dampening;
  private final boolean nesterov;
  private float rate;
  private float bufferFactor;
  private float gradientFactor;

  Sgd(OptimizerSpec.Sgd spec, Floats parameters, List<Floats> state) {
    super(parameters, state, spec.weightDecay());
    momentum = (float) spec.momentum();
    dampening = (float) spec.dampening();
    nesterov = spec.nesterov();
  }

  @Override
  void prepareStep(double learningRate, long step) {
    rate = (float) learningRate;
    bufferFactor = step == 0 ? 0 : momentum;
    gradientFactor = step == 0 ? 1 : 1 - dampening;
  }

  @Override
  void update(float[] p, float[] g, float[][] s, int count) {
    if (s.length == 0) {
      for (int i = 0; i < count; i++) {
        p[i] -= rate * g[i];
      }
    } else if (nesterov) {
      updateWithNesterov(p, g, s[0], count);
    } else {
      updateWithMomentum(p, g, s[0], count);
    }
  }

  private void updateWithMomentum(float[] p, float[] g, float[] buffer, int count) {
    for (int i = 0; i < count; i++) {
      float velocity = bufferFactor * buffer[i] + gradientFactor * g[i];
      buffer[i] = velocity;
      p[i] -= rate * velocity;
    }
  }

  private void updateWithNesterov(float[] p, float[] g, float[] buffer, int count) {
    for (int i = 0; i < count; i++) {
      float velocity = bufferFactor * buffer[i] + gradientFactor * g[i];
      buffer[i] = velocity;
      p[i] -= rate * (g[i] + momentum * velocity);
    }
  }
}
