package dev.tidemill.engine.dl4j.optimizer;

import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.List;

/** {@code torch.optim.Adam} and {@code torch.optim.AdamW}, with AMSGrad where it is asked for. */
final class Adam extends Optimizer {
  private final double beta1;
  private final double beta2;
  private final float rest1;
  private final float keep2;
  private final float rest2;
  private final float eps;
  private final double decoupledDecay;
  private float shrink;
  private float stepSize;
  private float rootCorrection;

  Adam(OptimizerSpec.Adam spec, Floats parameters, List<Floats> state) {
    this(spec.beta1(), spec.beta2(), spec.eps(), spec.weightDecay(), 0, parameters, state);
  }

  Adam(OptimizerSpec.AdamW spec, Floats parameters, List<Floats> state) {
    this(spec.beta1(), spec.beta2(), spec.eps(), 0, spec.weightDecay(), parameters, state);
  }

  private Adam(
      double beta1,
      double beta2,
      double eps,
      double weightDecay,
      double decoupledDecay,
      Floats parameters,
      List<Floats> state) {
    super(parameters, state, weightDecay);
    this.beta1 = beta1;
    this.beta2 = beta2;
    rest1 = (float) (1 - beta1);
    keep2 = (float) beta2;
    rest2 = (float) (1 - beta2);
    this.eps = (float) eps;
    this.decoupledDecay = decoupledDecay;
  }

  @Override
  void begin(double learningRate, long step) {
    shrink = (float) (1 - learningRate * decoupledDecay);
    stepSize = (float) (learningRate / (1 - Math.pow(beta1, step + 1.0)));
    rootCorrection = (float) Math.sqrt(1 - Math.pow(beta2, step + 1.0));
  }

  @Override
  void update(float[] p, float[] g, float[][] s, int count) {
    float[] second = s[1];
    average(g, s[0], second, count);
    if (s.length == 3) {
      float[] largest = s[2];
      for (int i = 0; i < count; i++) {
        largest[i] = Math.max(largest[i], second[i]);
      }
      second = largest;
    }
    move(p, s[0], second, count);
  }

  private void average(float[] g, float[] first, float[] second, int count) {
    for (int i = 0; i < count; i++) {
      float gradient = g[i];
      first[i] += rest1 * (gradient - first[i]);
      second[i] = keep2 * second[i] + rest2 * gradient * gradient;
    }
  }

  /** A shrink of 1 leaves the parameter as it is, to the bit. */
  private void move(float[] p, float[] first, float[] second, int count) {
    for (int i = 0; i < count; i++) {
      float root = (float) Math.sqrt(second[i]);
      p[i] = p[i] * shrink - stepSize * first[i] / (root / rootCorrection + eps);
    }
  }
}
