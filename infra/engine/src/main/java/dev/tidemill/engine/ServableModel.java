package dev.tidemill.engine;

import java.nio.FloatBuffer;

/**
 * A model that answers. One thread at a time; {@link #share} makes another for another thread, over
 * the same parameters.
 */
public interface ServableModel extends AutoCloseable {

  /** Samples that one call may carry. */
  int maxBatchSize();

  /** Values an answer: classes, or outputs of a regression. */
  int outputLength();

  /**
   * Answers each sample, dropout off.
   *
   * @param batch at most {@link #maxBatchSize} samples; labels are ignored
   * @param outputs gets {@code batch.size() * outputLength()} values from its position on: class
   *     probabilities for cross_entropy, plain outputs otherwise
   */
  void predict(TensorBatch batch, FloatBuffer outputs);

  /**
   * Copies the parameters of another state of the same network, without allocating. All that share
   * them answer by the new ones from then on; none of them may be in a call meanwhile.
   */
  void swap(ModelState state);

  /**
   * Another model over the same memory of parameters, which computes by itself: for another thread.
   * May be called from any thread.
   *
   * @throws IllegalStateException if this one has been closed
   */
  ServableModel share();

  /** Frees its own memory, and that of the parameters with the last one that shares them. */
  @Override
  void close();
}
