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
 * A network compiled for one batch size: kernels, and all memory between them. Running it allocates
 * nothing. Not thread-safe.
 */
public final class Plan implements AutoCloseable {

  /**
   * The outputs of the last kernel, and how to evaluate them.
   *
   * @param outputs outputs of all samples
   * @param predictionLength length of a prediction: the last values of a sample's outputs
   */
  record Output(Floats outputs, int predictionLength, Loss loss, Targets targets) {}

  /**
   * One kernel of the plan.
   *
   * @param layer name of its layer
   * @param hasBackward whether the backward pass runs it
   */
  record Step(String layer, Kernel kernel, boolean hasBackward) {}

  private final int batchSize;
  private final InputReader input;
  private final List<Step> steps;
  private final Kernel[] kernels;
  // In reverse order.
  private final Kernel[] backwardKernels;
  private final Output output;
  private final Workspace workspace;
  private final float[] prediction;

  Plan(int batchSize, InputReader input, List<Step> steps, Output output, Workspace workspace) {
    this.batchSize = batchSize;
    this.input = input;
    this.steps = List.copyOf(steps);
    kernels = steps.stream().map(Step::kernel).toArray(Kernel[]::new);
    List<Kernel> back = new ArrayList<>();
    steps.stream().filter(Step::hasBackward).forEach(s -> back.add(0, s.kernel()));
    backwardKernels = back.toArray(Kernel[]::new);
    this.output = output;
    this.workspace = workspace;
    prediction = new float[output.predictionLength()];
  }

  /** Returns the number of samples per run. */
  public int batchSize() {
    return batchSize;
  }

  /** Returns the loss and correct predictions of the last {@link #train} or {@link #evaluate}. */
  Loss loss() {
    return output.loss();
  }

  /**
   * Computes the gradient of the batch's weighted sum of losses, divided by {@code total}. Writes
   * it to the parameters' gradients.
   */
  void train(TensorBatch batch, TrainingPass pass, double total) {
    read(batch);
    for (Kernel kernel : kernels) {
      kernel.forwardTraining(pass);
    }
    differentiate(total);
    for (Kernel kernel : backwardKernels) {
      kernel.backward();
    }
  }

  /** The first part of {@link #train}: reads inputs and targets. */
  void read(TensorBatch batch) {
    output.targets().read(batch);
    input.read(batch);
  }

  /** The middle part of {@link #train}: computes the loss and its gradient at the outputs. */
  void differentiate(double total) {
    output.loss().differentiate(output.targets(), total);
  }

  /** Returns the kernels in order. */
  List<Step> steps() {
    return steps;
  }

  /** Returns the memory of values, gradients and kernels' scratch space. */
  long bytes() {
    return workspace.bytes();
  }

  /** Computes the loss of a full batch in inference mode. */
  void evaluate(TensorBatch batch) {
    output.targets().read(batch);
    forward(batch);
    output.loss().evaluate(output.targets());
  }

  /** Writes the predictions for a batch, which may be smaller than the plan's batch size. */
  public void predict(TensorBatch batch, FloatBuffer into) {
    forward(batch);
    int outputs = output.outputs().length() / batchSize;
    for (int i = 0; i < batch.size(); i++) {
      output.outputs().read((i + 1) * outputs - prediction.length, prediction, prediction.length);
      output.loss().toPrediction(prediction);
      into.put(prediction);
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
