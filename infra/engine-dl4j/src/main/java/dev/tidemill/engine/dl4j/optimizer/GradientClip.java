package dev.tidemill.engine.dl4j.optimizer;

import dev.tidemill.engine.dl4j.memory.Floats;

/** {@code torch.nn.utils.clip_grad_norm_}: scales gradients to a maximum 2-norm. */
public final class GradientClip {
  private static final double EPS = 1e-6;

  private final double maxNorm;
  private final float[] values = new float[Floats.TILE];

  /**
   * @param maxNorm maximum 2-norm over all parameters together; infinite for no clipping
   */
  public GradientClip(double maxNorm) {
    this.maxNorm = maxNorm;
  }

  /** Returns the factor for all gradients; 1 if their norm is within the limit. */
  public float scale(Floats gradients) {
    if (maxNorm == Double.POSITIVE_INFINITY) {
      return 1;
    }
    double squares = 0;
    for (int at = 0; at < gradients.length(); at += Floats.TILE) {
      int count = Math.min(Floats.TILE, gradients.length() - at);
      gradients.read(at, values, count);
      for (int i = 0; i < count; i++) {
        squares += (double) values[i] * values[i];
      }
    }
    return (float) Math.min(1, maxNorm / (Math.sqrt(squares) + EPS));
  }
}
