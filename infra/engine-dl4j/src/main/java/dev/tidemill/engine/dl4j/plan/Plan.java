package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import dev.tidemill.engine.dl4j.loss.Loss;
import dev.tidemill.engine.dl4j.loss.Targets;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A network compiled for one batch size: kernels and all memory between them. Running it allocates
 * nothing. One thread at a time.
 */
public final class Plan implements AutoCloseable {

  /**
   * Where the kernels end.
   *
   * @param outputs of all samples
   * @param answer how many of a sample's outputs, the last ones, are the answer to it
   */
  record Ending(Floats outputs, int answer, Loss loss, Targets targets) {}

  /**
   * One that computes.
   *
   * @param layer its name
   * @param hasBackward whether its gradients are needed
   */
  record Step(String layer, Kernel kernel, boolean hasBackward) {}

  private final int batchSize;
  private final InputReader input;
  private final List<Step> steps;
  private final Kernel[] kernels;
  // The last one first.
  private final Kernel[] backwardKernels;
  private final Ending ending;
  private final Workspace workspace;
  private final float[] answer;

  Plan(int batchSize, InputReader input, List<Step> steps, Ending ending, Workspace workspace) {
    this.batchSize = batchSize;
    this.input = input;
    this.steps = List.copyOf(steps);
    kernels = steps.stream().map(Step::kernel).toArray(Kernel[]::new);
    List<Kernel> back = new ArrayList<>();
    steps.stream().filter(Step::hasBackward).forEach(s -> back.add(0, s.kernel()));
    backwardKernels = back.toArray(Kernel[]::new);
    this.ending = ending;
    this.workspace = workspace;
    answer = new float[ending.answer()];
  }

  /** Samples that the plan computes at a time. */
  public int batchSize() {
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
    for (Kernel kernel : backwardKernels) {
      kernel.backward();
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
  List<Step> steps() {
    return steps;
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
  public void answer(TensorBatch batch, FloatBuffer into) {
    forward(batch);
    int outputs = ending.outputs().length() / batchSize;
    for (int i = 0; i < batch.size(); i++) {
      ending.outputs().read((i + 1) * outputs - answer.length, answer, answer.length);
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
