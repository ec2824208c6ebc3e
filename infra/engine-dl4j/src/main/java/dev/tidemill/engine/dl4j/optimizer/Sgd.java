package dev.tidemill.engine.dl4j.optimizer;

import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.List;

/** {@code torch.optim.SGD}: the first update takes the gradient itself as momentum buffer. */
final class Sgd extends Optimizer {
  private final float momentum;
  private final float dampening;
  private final boolean nesterov;
  private float rate;
  private float keep;
  private float take;

  Sgd(OptimizerSpec.Sgd spec, Floats parameters, List<Floats> state) {
    super(parameters, state, spec.weightDecay());
    momentum = (float) spec.momentum();
    dampening = (float) spec.dampening();
    nesterov = spec.nesterov();
  }

  @Override
  void begin(double learningRate, long step) {
    rate = (float) learningRate;
    keep = step == 0 ? 0 : momentum;
    take = step == 0 ? 1 : 1 - dampening;
  }

  @Override
  void update(float[] p, float[] g, float[][] s, int count) {
    if (s.length == 0) {
      for (int i = 0; i < count; i++) {
        p[i] -= rate * g[i];
      }
    } else if (nesterov) {
      lookAhead(p, g, s[0], count);
    } else {
      roll(p, g, s[0], count);
    }
  }

  private void roll(float[] p, float[] g, float[] buffer, int count) {
    for (int i = 0; i < count; i++) {
      float moving = keep * buffer[i] + take * g[i];
      buffer[i] = moving;
      p[i] -= rate * moving;
    }
  }

  private void lookAhead(float[] p, float[] g, float[] buffer, int count) {
    for (int i = 0; i < count; i++) {
      float moving = keep * buffer[i] + take * g[i];
      buffer[i] = moving;
      p[i] -= rate * (g[i] + momentum * moving);
    }
  }
}
