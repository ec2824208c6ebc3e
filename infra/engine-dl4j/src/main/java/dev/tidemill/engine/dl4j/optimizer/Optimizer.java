package dev.tidemill.engine.dl4j.optimizer;

import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.List;

/**
 * Updates all parameters in one pass over the flat memory, in floats. The order of operations is
 * that of {@code torch.optim}.
 */
public abstract class Optimizer {
  private final Floats parameters;
  private final List<Floats> state;
  private final float weightDecay;
  private final float[] p = new float[Floats.TILE];
  private final float[] g = new float[Floats.TILE];
  private final float[][] s;

  /**
   * @param state the optimizer's tensors in the order of {@code OptimizerSpec.stateNames}, each as
   *     long as all parameters together
   * @param weightDecay factor of the parameter that is added to the gradient; 0 for none
   */
  Optimizer(Floats parameters, List<Floats> state, double weightDecay) {
    this.parameters = parameters;
    this.state = List.copyOf(state);
    this.weightDecay = (float) weightDecay;
    s = new float[state.size()][Floats.TILE];
  }

  /** Computes the values that all parameters of a step share. */
  abstract void prepareStep(double learningRate, long step);

  /**
   * Updates one tile of parameters and their state.
   *
   * @param p parameters of the tile
   * @param g gradients, which may be overwritten
   * @param s state
   */
  abstract void update(float[] p, float[] g, float[][] s, int count);

  /**
   * Applies one update.
   *
   * @param gradientScale clipping factor for all gradients
   * @param step number of updates before this one
   */
  public final void apply(Floats gradients, float gradientScale, double learningRate, long step) {
    prepareStep(learningRate, step);
    for (int at = 0; at < parameters.length(); at += Floats.TILE) {
      int count = Math.min(Floats.TILE, parameters.length() - at);
      parameters.read(at, p, count);
      gradients.read(at, g, count);
      for (int i = 0; i < s.length; i++) {
        state.get(i).read(at, s[i], count);
      }
      scaleAndDecay(gradientScale, count);
      update(p, g, s, count);
      parameters.write(at, p, count);
      for (int i = 0; i < s.length; i++) {
        state.get(i).write(at, s[i], count);
      }
    }
  }

  private void scaleAndDecay(float gradientScale, int count) {
    if (gradientScale != 1) {
      for (int i = 0; i < count; i++) {
        g[i] *= gradientScale;
      }
    }
    if (weightDecay != 0) {
      for (int i = 0; i < count; i++) {
        g[i] += weightDecay * p[i];
      }
    }
  }
}
