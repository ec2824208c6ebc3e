package dev.tidemill.engine;

import java.nio.FloatBuffer;

/** A model that answers. One thread at a time; make one a thread. */
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

  /** Takes the parameters of another state of the same network, without allocating. */
  void swap(ModelState state);

  @Override
  void close();
}
