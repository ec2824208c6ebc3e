package dev.tidemill.trainer;

import dev.tidemill.engine.ModelSpec;

/**
 * The loss or a weight is infinite or NaN, or the loss explodes. The diverged state was not
 * published. {@link DivergenceWatch} checks the loss, {@link PublishingDuty} the weights; {@link
 * Leadership} decides whether the trainer continues, waits or ends.
 */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final transient Divergence divergence;

  /**
   * @param fault what is wrong
   * @param rollbacks since the newest version
   */
  DivergedException(String fault, ModelSpec spec, int rollbacks, Divergence divergence) {
    super(
        what(fault, spec, divergence)
            + (rollbacks == 0 ? "" : ", after " + rollbacks + " rollbacks")
            + "; lower the learning rate"
            + (spec.training().maxGradNorm().isPresent()
                ? " or training.max_grad_norm"
                : ", or set training.max_grad_norm")
            + ", and start again. The newest version is not affected");
    this.what = what(fault, spec, divergence);
    this.divergence = divergence;
  }

  private static String what(String fault, ModelSpec spec, Divergence divergence) {
    return "training has diverged: "
        + fault
        + " at step "
        + divergence.step()
        + " (optimizer "
        + spec.optimizer().type()
        + ", learning rate "
        + spec.optimizer().learningRate()
        + ")";
  }

  /** Says what is wrong, without what to do. */
  String what() {
    return what;
  }

  /** Returns how training has diverged. */
  Divergence divergence() {
    return divergence;
  }
}
