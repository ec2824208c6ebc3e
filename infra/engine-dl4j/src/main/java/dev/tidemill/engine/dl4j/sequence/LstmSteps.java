package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import java.util.Arrays;

/**
 * The recurrence of an LSTM in one direction, on time-major memory. Its input is the input's share
 * of the gate pre-activations, {@code [length, batch, 4 * hidden]} (i, f, g, o). Its output is the
 * hidden states {@code [length, batch, hidden]}, which may be columns of wider rows. In a plan with
 * gradients, the gates overwrite the pre-activations.
 */
public final class LstmSteps implements Kernel {
  private final LstmShape shape;
  private final Signal gates;
  private final Signal bias;
  private final Columns output;
  private final Floats states;
  private final Floats hiddenGradient;
  private final LstmProducts products;
  private final LstmCell cell;
  // Samples that the cell computes per call.
  private final int samples;
  private final float[] biases;
  private final float[] stateGradients;
  private final float[] row;
  // Gradient of the hidden state from the next step.
  private final float[] nextGradient;
  private final boolean training;

  /**
   * @param weight recurrent weight {@code [4 * hidden, hidden]}
   */
  public LstmSteps(
      LstmShape shape,
      Signal gates,
      Signal weight,
      Signal bias,
      Columns output,
      Workspace workspace) {
    this.shape = shape;
    this.gates = gates;
    this.bias = bias;
    this.output = output;
    int batch = shape.batch();
    int hidden = shape.hidden();
    states = workspace.scratch((long) shape.length() * batch * hidden);
    hiddenGradient = workspace.scratch((long) batch * hidden);
    products = new LstmProducts(shape, gates, weight, output, hiddenGradient, workspace);
    samples = Math.min(batch, Math.max(1, Floats.TILE / hidden));
    cell = new LstmCell(samples * hidden);
    biases = new float[shape.gates()];
    stateGradients = new float[batch * hidden];
    row = new float[shape.gates()];
    nextGradient = new float[samples * hidden];
    training = gates.hasGradient();
  }

  @Override
  public void forward() {
    products.loadWeight();
    cell.loadBiases(bias.values(), shape.hidden());
    for (int step = 0; step < shape.length(); step++) {
      if (step > 0) {
        products.add(shape.timeStep(step), shape.timeStep(step - 1));
      }
      for (int first = 0; first < shape.batch(); first += samples) {
        forward(step, first, Math.min(samples, shape.batch() - first));
      }
    }
  }

  private void forward(int step, int first, int count) {
    int hidden = shape.hidden();
    int begin = shape.timeStep(step) * shape.batch() + first;
    for (int n = 0; n < count; n++) {
      cell.loadGates(gates.values(), (begin + n) * shape.gates(), n * hidden, hidden);
    }
    readStateBefore(step, first, count);
    cell.forward(count * hidden);
    states.write(begin * hidden, cell.state, count * hidden);
    for (int n = 0; n < count; n++) {
      if (training) {
        cell.storeGates(gates.values(), (begin + n) * shape.gates(), n * hidden, hidden);
      }
      output.rows().values().write(output.offset(begin + n), cell.hiddenState, n * hidden, hidden);
    }
  }

  private void readStateBefore(int step, int first, int count) {
    if (step == 0) {
      Arrays.fill(cell.previousState, 0);
    } else {
      int previous = shape.timeStep(step - 1) * shape.batch() + first;
      states.read(previous * shape.hidden(), cell.previousState, count * shape.hidden());
    }
  }

  @Override
  public void backward() {
    Arrays.fill(stateGradients, 0);
    for (int step = shape.length() - 1; step >= 0; step--) {
      if (step < shape.length() - 1) {
        products.differentiate(shape.timeStep(step + 1));
      }
      for (int first = 0; first < shape.batch(); first += samples) {
        backward(step, first, Math.min(samples, shape.batch() - first));
      }
    }
    biasGradient();
    products.weightGradient();
  }

  private void backward(int step, int first, int count) {
    int hidden = shape.hidden();
    int begin = shape.timeStep(step) * shape.batch() + first;
    Floats dy = output.rows().requiredGradient();
    for (int n = 0; n < count; n++) {
      cell.loadGates(gates.values(), (begin + n) * shape.gates(), n * hidden, hidden);
      dy.read(output.offset(begin + n), cell.hiddenState, n * hidden, hidden);
    }
    if (step < shape.length() - 1) {
      hiddenGradient.read(first * hidden, nextGradient, count * hidden);
      add(nextGradient, cell.hiddenState, count * hidden);
    }
    states.read(begin * hidden, cell.state, count * hidden);
    readStateBefore(step, first, count);
    System.arraycopy(stateGradients, first * hidden, cell.stateGradient, 0, count * hidden);
    cell.backward(count * hidden);
    System.arraycopy(cell.stateGradient, 0, stateGradients, first * hidden, count * hidden);
    for (int n = 0; n < count; n++) {
      cell.storeGates(gates.requiredGradient(), (begin + n) * shape.gates(), n * hidden, hidden);
    }
  }

  private void biasGradient() {
    Arrays.fill(biases, 0);
    for (int i = 0; i < shape.length() * shape.batch(); i++) {
      gates.requiredGradient().read(i * row.length, row, row.length);
      add(row, biases, row.length);
    }
    bias.requiredGradient().write(0, biases, biases.length);
  }

  private static void add(float[] addends, float[] to, int count) {
    for (int k = 0; k < count; k++) {
      to[k] += addends[k];
    }
  }

  @Override
  public String describe() {
    return "lstm "
        + (shape.reverse() ? "backwards" : "forwards")
        + ", "
        + shape.length()
        + " steps of "
        + shape.hidden()
        + ": "
        + (shape.batch() == 1 ? "gemv" : "gemm")
        + ", own loops";
  }
}
