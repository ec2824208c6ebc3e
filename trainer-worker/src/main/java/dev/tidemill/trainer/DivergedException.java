package dev.tidemill.trainer;

import dev.tidemill.engine.ModelSpec;

/**
 * The loss or a weight is infinite or NaN. The diverged state was not published. {@link Learner}
 * checks the loss, {@link PublishingDuty} the weights; {@link Leadership} decides whether the
 * trainer ends or waits.
 */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DivergedException(String what, long step, ModelSpec spec) {
    super(
        "training has diverged: "
            + what
            + " at step "
            + step
            + " (optimizer "
            + spec.optimizer().type()
            + ", learning rate "
            + spec.optimizer().learningRate()
            + "); lower the learning rate"
            + (spec.training().maxGradNorm().isPresent()
                ? " or training.max_grad_norm"
                : ", or set training.max_grad_norm")
            + ", and start again. The newest version is not affected");
  }
}
