package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.Tanh;
import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * The arithmetic of an LSTM cell with forget gates (Hochreiter and Schmidhuber, 1997). Its arrays
 * hold several samples of one time step.
 */
final class LstmCell {
  // Gates; the backward pass replaces them with their gradients.
  private final float[] in;
  private final float[] forget;
  private final float[] candidate;
  private final float[] out;
  private final float[] inBias;
  private final float[] forgetBias;
  private final float[] candidateBias;
  private final float[] outBias;

  /** The cell state of the previous time step. */
  final float[] previousState;

  /** The cell state. */
  final float[] state;

  /** The hidden state; in the backward pass, its gradient. */
  final float[] hiddenState;

  /** The gradient of the cell state. */
  final float[] stateGradient;

  /**
   * @param maxCount maximum number of values per call
   */
  LstmCell(int maxCount) {
    in = new float[maxCount];
    forget = new float[maxCount];
    candidate = new float[maxCount];
    out = new float[maxCount];
    inBias = new float[maxCount];
    forgetBias = new float[maxCount];
    candidateBias = new float[maxCount];
    outBias = new float[maxCount];
    previousState = new float[maxCount];
    state = new float[maxCount];
    hiddenState = new float[maxCount];
    stateGradient = new float[maxCount];
  }

  /** Loads the biases, repeated for each sample. */
  void loadBiases(Floats biases, int hidden) {
    for (int at = 0; at < in.length; at += hidden) {
      biases.read(0, inBias, at, hidden);
      biases.read(hidden, forgetBias, at, hidden);
      biases.read(2 * hidden, candidateBias, at, hidden);
      biases.read(3 * hidden, outBias, at, hidden);
    }
  }

  /**
   * Loads one sample's gates.
   *
   * @param offset offset of the gates i, f, g, o
   * @param at index of the sample's first value in the arrays of this cell
   */
  void loadGates(Floats gates, int offset, int at, int hidden) {
    gates.read(offset, in, at, hidden);
    gates.read(offset + hidden, forget, at, hidden);
    gates.read(offset + 2 * hidden, candidate, at, hidden);
    gates.read(offset + 3 * hidden, out, at, hidden);
  }

  /** Stores one sample's gates, or their gradients. */
  void storeGates(Floats gates, int offset, int at, int hidden) {
    gates.write(offset, in, at, hidden);
    gates.write(offset + hidden, forget, at, hidden);
    gates.write(offset + 2 * hidden, candidate, at, hidden);
    gates.write(offset + 3 * hidden, out, at, hidden);
  }

  /**
   * Computes gates, cell state and hidden state. Needs the gate pre-activations and the previous
   * state.
   */
  void forward(int count) {
    sigmoid(in, inBias, count);
    sigmoid(forget, forgetBias, count);
    tanh(candidate, candidateBias, count);
    sigmoid(out, outBias, count);
    updateState(in, forget, candidate, previousState, state, count);
    updateHidden(state, out, hiddenState, count);
  }

  /**
   * Computes the gradients of the gate pre-activations and of the previous state. Needs the gates,
   * both states, and the gradients of the hidden and cell states.
   */
  void backward(int count) {
    backwardOutputGate(state, out, hiddenState, stateGradient, count);
    backwardInputGate(in, candidate, stateGradient, count);
    backwardForgetGate(forget, previousState, stateGradient, count);
  }

  private static void updateState(
      float[] in,
      float[] forget,
      float[] candidate,
      float[] previousState,
      float[] state,
      int count) {
    for (int k = 0; k < count; k++) {
      state[k] = Math.fma(forget[k], previousState[k], in[k] * candidate[k]);
    }
  }

  private static void updateHidden(float[] state, float[] out, float[] hiddenState, int count) {
    for (int k = 0; k < count; k++) {
      hiddenState[k] = out[k] * Tanh.tanh(state[k]);
    }
  }

  /** Adds to the cell state's gradient, and replaces the output gates with their gradients. */
  private static void backwardOutputGate(
      float[] state, float[] out, float[] hiddenGradient, float[] stateGradient, int count) {
    for (int k = 0; k < count; k++) {
      float t = Tanh.tanh(state[k]);
      float o = out[k];
      float dh = hiddenGradient[k];
      stateGradient[k] += dh * o * (1 - t * t);
      out[k] = dh * t * o * (1 - o);
    }
  }

  /** Replaces input gates and candidates with their gradients. */
  private static void backwardInputGate(
      float[] in, float[] candidate, float[] stateGradient, int count) {
    for (int k = 0; k < count; k++) {
      float i = in[k];
      float g = candidate[k];
      float dc = stateGradient[k];
      in[k] = dc * g * i * (1 - i);
      candidate[k] = dc * i * (1 - g * g);
    }
  }

  /**
   * Replaces forget gates with their gradients, and the cell state's gradient with the previous
   * state's.
   */
  private static void backwardForgetGate(
      float[] forget, float[] previousState, float[] stateGradient, int count) {
    for (int k = 0; k < count; k++) {
      float f = forget[k];
      float dc = stateGradient[k];
      stateGradient[k] = dc * f;
      forget[k] = dc * previousState[k] * f * (1 - f);
    }
  }

  private static void sigmoid(float[] values, float[] biases, int count) {
    for (int k = 0; k < count; k++) {
      values[k] = Math.fma(Tanh.tanh((values[k] + biases[k]) * 0.5f), 0.5f, 0.5f);
    }
  }

  private static void tanh(float[] values, float[] biases, int count) {
    for (int k = 0; k < count; k++) {
      values[k] = Tanh.tanh(values[k] + biases[k]);
    }
  }
}
