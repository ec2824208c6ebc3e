package dev.tidemill.engine;

import java.nio.FloatBuffer;

/**
 * A model for serving. One thread at a time may use it; {@link #share} creates one for another
 * thread over the same parameters.
 */
public interface ServableModel extends AutoCloseable {

  /** The largest number of samples in one call. */
  int maxBatchSize();

  /** Values per answer: the number of classes, or of regression outputs. */
  int outputLength();

  /**
   * Predicts each sample in eval mode (no dropout).
   *
   * @param batch at most {@link #maxBatchSize} samples; labels are ignored
   * @param outputs receives {@code batch.size() * outputLength()} values at its position: class
   *     probabilities for cross_entropy, plain outputs otherwise
   */
  void predict(TensorBatch batch, FloatBuffer outputs);

  /**
   * Replaces the parameters with those of another state of the same network, without allocating.
   * All models that share them use the new ones. None of these models may be in a call meanwhile.
   */
  void swap(ModelState state);

  /**
   * Creates a model for another thread that shares the parameters of this one. Any thread may call
   * it.
   *
   * @throws IllegalStateException if this model is closed
   */
  ServableModel share();

  /** Frees the memory of this model. The last model that shares the parameters frees them too. */
  @Override
  void close();
}
