package dev.tidemill.engine;

/**
 * A model that learns. One thread at a time. By contract no step needs more memory than the one
 * before it, unless a larger batch arrives: what a step takes, it gives back when it ends.
 */
public interface TrainableModel extends AutoCloseable {

  /**
   * One optimizer update: forward, backward, gradient clipping, update; the mean over the batch.
   */
  void step(TensorBatch batch);

  /**
   * Adds a part of a larger batch to the gradient without an update: the gradient of the sum of the
   * part's losses divided by {@code total}.
   *
   * @param total samples in the whole batch, over all parts
   */
  void accumulate(TensorBatch part, long total);

  /** The update for the gradient that {@link #accumulate} gathered, which is then zero again. */
  void applyAccumulated();

  /**
   * Moves the sums since the last drain into {@code into} and begins anew. Only here is a device
   * waited for, so call it every n steps where a device computes.
   */
  void drainMetrics(StepMetrics into);

  /** Loss and accuracy of a batch without learning (dropout off, running statistics used). */
  void evaluate(TensorBatch batch, StepMetrics into);

  /** Optimizer updates since the lineage began. */
  long steps();

  /** The learning rate that the next update will use. */
  double learningRate();

  /**
   * Begins to copy parameters, buffers, optimizer state and the step count, in one pass. Learning
   * may go on at once: what is copied is the model between the steps before and after this call.
   * One copy may be pending; another one waits for it.
   *
   * @param into its counters are set here, its tensors until {@link PendingSnapshot#await} returns
   * @throws IllegalArgumentException if it is the state of another network
   */
  PendingSnapshot beginSnapshot(ModelState into);

  /** Goes on from a state of the same network. */
  void restore(ModelState from);

  @Override
  void close();
}
