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

  private final int batchSize;
  private final InputReader input;
  private final Kernel[] kernels;
  private final int firstLearning;
  private final Ending ending;
  private final Workspace workspace;
  private final float[] answer;

  Plan(
      int batchSize,
      InputReader input,
      List<Kernel> kernels,
      int firstLearning,
      Ending ending,
      Workspace workspace) {
    this.batchSize = batchSize;
    this.input = input;
    this.kernels = kernels.toArray(Kernel[]::new);
    this.firstLearning = firstLearning;
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
    ending.targets().read(batch);
    input.read(batch);
    for (Kernel kernel : kernels) {
      kernel.forwardTraining(pass);
    }
    ending.loss().differentiate(ending.targets(), total);
    for (int i = kernels.length - 1; i >= firstLearning; i--) {
      kernels[i].backward();
    }
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
