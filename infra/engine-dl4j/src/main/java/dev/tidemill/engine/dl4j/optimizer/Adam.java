package dev.tidemill.engine.dl4j.optimizer;

import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.List;

/** {@code torch.optim.Adam} and {@code torch.optim.AdamW}, with optional AMSGrad. */
final class Adam extends Optimizer {
  private final double beta1;
  private final double beta2;
  private final float oneMinusBeta1;
  private final float floatBeta2;
  private final float oneMinusBeta2;
  private final float eps;
  private final double decoupledDecay;
  private float decayFactor;
  private float stepSize;
  private float sqrtBiasCorrection2;

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
    oneMinusBeta1 = (float) (1 - beta1);
    floatBeta2 = (float) beta2;
    oneMinusBeta2 = (float) (1 - beta2);
    this.eps = (float) eps;
    this.decoupledDecay = decoupledDecay;
  }

  @Override
  void prepareStep(double learningRate, long step) {
    decayFactor = (float) (1 - learningRate * decoupledDecay);
    stepSize = (float) (learningRate / (1 - Math.pow(beta1, step + 1.0)));
    sqrtBiasCorrection2 = (float) Math.sqrt(1 - Math.pow(beta2, step + 1.0));
  }

  @Override
  void update(float[] p, float[] g, float[][] s, int count) {
    float[] second = s[1];
    updateMoments(g, s[0], second, count);
    if (s.length == 3) {
      float[] maxSecond = s[2];
      for (int i = 0; i < count; i++) {
        maxSecond[i] = Math.max(maxSecond[i], second[i]);
      }
      second = maxSecond;
    }
    updateParameters(p, s[0], second, count);
  }

  private void updateMoments(float[] g, float[] first, float[] second, int count) {
    for (int i = 0; i < count; i++) {
      float gradient = g[i];
      first[i] += oneMinusBeta1 * (gradient - first[i]);
      second[i] = floatBeta2 * second[i] + oneMinusBeta2 * gradient * gradient;
    }
  }

  /** Updates the parameters. A decay factor of 1 does not change their bits. */
  private void updateParameters(float[] p, float[] first, float[] second, int count) {
    for (int i = 0; i < count; i++) {
      float root = (float) Math.sqrt(second[i]);
      p[i] = p[i] * decayFactor - stepSize * first[i] / (root / sqrtBiasCorrection2 + eps);
    }
  }
}
