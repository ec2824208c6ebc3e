/** Optimizers over the flat parameters that match {@code torch.optim}, and gradient clipping. */
@NullMarked
package dev.tidemill.engine.dl4j.optimizer;

import org.jspecify.annotations.NullMarked;
