package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.TensorBatch;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A network compiled for one batch size: kernels and all memory between them. Running it allocates
 * nothing. One thread at a time.
 */
final class Plan implements AutoCloseable {

  /** Where the kernels end. */
  record Ending(Floats outputs, Loss loss, Targets targets) {}

  /**
   * What computes, in order.
   *
   * @param layers the name of each one's layer
   * @param firstLearning the first one that goes back
   */
  record Kernels(List<String> layers, List<Kernel> all, int firstLearning) {}

  private final int batchSize;
  private final InputReader input;
  private final List<String> layers;
  private final Kernel[] kernels;
  private final int firstLearning;
  private final Ending ending;
  private final Workspace workspace;
  private final float[] answer;

  Plan(int batchSize, InputReader input, Kernels kernels, Ending ending, Workspace workspace) {
    this.batchSize = batchSize;
    this.input = input;
    layers = List.copyOf(kernels.layers());
    this.kernels = kernels.all().toArray(Kernel[]::new);
    firstLearning = kernels.firstLearning();
    this.ending = ending;
    this.workspace = workspace;
    answer = new float[ending.outputs().length() / batchSize];
  }

  int batchSize() {
    return batchSize;
  }

  /** Loss and right answers of the last {@link #learn} or {@link #measure}. */
  Loss loss() {
    return ending.loss();
  }

  /**
   * Leaves the gradient of the batch's losses divided by {@code total} in the parameters'
   * gradients.
   */
  void learn(TensorBatch batch, TrainingPass pass, double total) {
    read(batch);
    for (Kernel kernel : kernels) {
      kernel.forwardTraining(pass);
    }
    differentiate(total);
    for (int i = kernels.length - 1; i >= firstLearning; i--) {
      kernels[i].backward();
    }
  }

  /** The first part of {@link #learn}: takes inputs and targets. */
  void read(TensorBatch batch) {
    ending.targets().read(batch);
    input.read(batch);
  }

  /** The middle part: the loss, and its gradient at the outputs. */
  void differentiate(double total) {
    ending.loss().differentiate(ending.targets(), total);
  }

  /** Those that compute, in order. */
  Kernels kernels() {
    return new Kernels(layers, List.of(kernels), firstLearning);
  }

  /** Memory for values, gradients and what kernels need besides. */
  long bytes() {
    return workspace.bytes();
  }

  /** Computes the loss of a full batch as an answer would have it. */
  void measure(TensorBatch batch) {
    ending.targets().read(batch);
    forward(batch);
    ending.loss().measure(ending.targets());
  }

  /** Puts the answers to a batch, which need not be full, into a buffer. */
  void answer(TensorBatch batch, FloatBuffer into) {
    forward(batch);
    for (int i = 0; i < batch.size(); i++) {
      ending.outputs().read(i * answer.length, answer, answer.length);
      ending.loss().answer(answer);
      into.put(answer);
    }
  }

  private void forward(TensorBatch batch) {
    input.read(batch);
    for (Kernel kernel : kernels) {
      kernel.forward();
    }
  }

  @Override
  public void close() {
    workspace.close();
  }
}
