package dev.tidemill.engine;

/**
 * A model for training. One thread at a time may use it. A step releases all memory that it takes,
 * so later steps need no more memory than earlier ones with the same batch size.
 */
public interface TrainableModel extends AutoCloseable {

  /**
   * Runs one optimizer step on the mean loss, which is weighted if samples or classes have weights
   * ({@link LossWeights}): forward, backward, gradient clipping, update.
   */
  void step(TensorBatch batch);

  /**
   * Adds the gradient of a part of a larger batch, without an update: the gradient of the weighted
   * sum of the part's losses, divided by {@code weight}.
   *
   * @param samples samples in the whole batch, over all parts
   * @param weight sum of their weights ({@link LossWeights#sum}); the number of samples, if nothing
   *     is weighted
   */
  void accumulate(TensorBatch part, long samples, double weight);

  /** Makes the update with the gradient that {@link #accumulate} collected, and zeroes it. */
  void applyAccumulated();

  /**
   * Moves the sums since the last drain into {@code into} and resets them. It waits for the device,
   * {@link #step} does not. So on a device call it every N steps.
   */
  void drainMetrics(StepMetrics into);

  /**
   * Returns how often each class was predicted for labels of each class since the last call, before
   * the update of each step, and resets the counts. It waits for the device.
   *
   * @return {@link ConfusionCounts#NONE} unless {@link ConfusionCounts#classes} counts the network
   */
  ConfusionCounts drainConfusion();

  /** Computes loss and accuracy of a batch in eval mode: no dropout, running statistics. */
  void evaluate(TensorBatch batch, StepMetrics into);

  /** Optimizer updates since the start of the lineage. */
  long steps();

  /** The learning rate that the next update will use: the schedule's, multiplied by the factor. */
  double learningRate();

  /**
   * Multiplies the schedule's learning rate from the next update on. A new model has the factor 1,
   * which changes no bit. {@link #restore} keeps the factor.
   *
   * @param factor finite and above 0
   */
  void learningRateFactor(double factor);

  /**
   * Starts a copy of parameters, buffers, optimizer state and the step count. Training may continue
   * at once: the copy is the model as it was at this call. At most one snapshot is pending; the
   * next call waits for it.
   *
   * @param into the step count is set by this call, the tensors before {@link
   *     PendingSnapshot#await} returns
   * @throws IllegalArgumentException if {@code into} is the state of another network
   */
  PendingSnapshot beginSnapshot(ModelState into);

  /** Continues from a state of the same network. */
  void restore(ModelState from);

  @Override
  void close();
}
