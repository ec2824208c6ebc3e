package dev.tidemill.engine;

/**
 * The memory of a training step, as {@link NetworkCost} estimates it. All but the first two are
 * bytes.
 *
 * @param batchSize samples per step
 * @param atOnce samples per micro-batch, which are computed at the same time
 * @param parameters parameters and buffers
 * @param gradients gradients of the parameters
 * @param optimizer optimizer state, in the spec's {@code state_dtype}
 * @param activations activations saved for the backward pass, and the gradients of the layer with
 *     the most of them
 */
public record MemoryNeed(
    int batchSize, int atOnce, long parameters, long gradients, long optimizer, long activations) {

  public long total() {
    return parameters + gradients + optimizer + activations;
  }
}
