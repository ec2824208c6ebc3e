package dev.tidemill.engine;

/**
 * Bytes that a training step takes, as {@link NetworkCost} estimates.
 *
 * @param batchSize samples of the step
 * @param atOnce samples that are computed at once
 * @param parameters and buffers
 * @param gradients of the parameters
 * @param optimizer its tensors, as the spec would have them kept
 * @param activations kept for going back, and the gradients of the largest layer's
 */
public record MemoryNeed(
    int batchSize, int atOnce, long parameters, long gradients, long optimizer, long activations) {

  public long total() {
    return parameters + gradients + optimizer + activations;
  }
}
