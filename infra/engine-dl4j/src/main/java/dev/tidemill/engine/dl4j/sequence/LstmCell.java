package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.Tanh;
import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * The arithmetic of an LSTM's cell (Hochreiter and Schmidhuber, 1997; with forget gates) on arrays:
 * several samples of one moment, one after the other.
 */
final class LstmCell {
  // Gates; going back, their gradients take their place.
  private final float[] in;
  private final float[] forget;
  private final float[] candidate;
  private final float[] out;
  private final float[] inBias;
  private final float[] forgetBias;
  private final float[] candidateBias;
  private final float[] outBias;

  /** The cell's state before. */
  final float[] before;

  /** The cell's state. */
  final float[] state;

  /** What it shows; going back, the gradient of that. */
  final float[] shown;

  /** The gradient of its state. */
  final float[] stateGradient;

  /**
   * @param most values at a time
   */
  LstmCell(int most) {
    in = new float[most];
    forget = new float[most];
    candidate = new float[most];
    out = new float[most];
    inBias = new float[most];
    forgetBias = new float[most];
    candidateBias = new float[most];
    outBias = new float[most];
    before = new float[most];
    state = new float[most];
    shown = new float[most];
    stateGradient = new float[most];
  }

  /** Loads the biases, of which each sample's sums will have one added. */
  void load(Floats biases, int hidden) {
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
   * @param offset of i, f, g, o
   * @param at the first of its values here
   */
  void load(Floats gates, int offset, int at, int hidden) {
    gates.read(offset, in, at, hidden);
    gates.read(offset + hidden, forget, at, hidden);
    gates.read(offset + 2 * hidden, candidate, at, hidden);
    gates.read(offset + 3 * hidden, out, at, hidden);
  }

  /** Stores one sample's gates, or their gradients. */
  void store(Floats gates, int offset, int at, int hidden) {
    gates.write(offset, in, at, hidden);
    gates.write(offset + hidden, forget, at, hidden);
    gates.write(offset + 2 * hidden, candidate, at, hidden);
    gates.write(offset + 3 * hidden, out, at, hidden);
  }

  /** From the gates' sums and the state before: the gates, the state, and what is shown. */
  void forward(int count) {
    sigmoid(in, inBias, count);
    sigmoid(forget, forgetBias, count);
    tanh(candidate, candidateBias, count);
    sigmoid(out, outBias, count);
    remember(in, forget, candidate, before, state, count);
    show(state, out, shown, count);
  }

  /**
   * From the gradients of what is shown and of the state, the gates, the state and the one before:
   * the gradients of the gates' sums, and of the state before.
   */
  void backward(int count) {
    open(state, out, shown, stateGradient, count);
    close(in, candidate, stateGradient, count);
    forget(forget, before, stateGradient, count);
  }

  private static void remember(
      float[] in, float[] forget, float[] candidate, float[] before, float[] state, int count) {
    for (int k = 0; k < count; k++) {
      state[k] = Math.fma(forget[k], before[k], in[k] * candidate[k]);
    }
  }

  private static void show(float[] state, float[] out, float[] shown, int count) {
    for (int k = 0; k < count; k++) {
      shown[k] = out[k] * Tanh.tanh(state[k]);
    }
  }

  /** Adds to the state's gradient, and turns the output gates into their gradients. */
  private static void open(
      float[] state, float[] out, float[] shownGradient, float[] stateGradient, int count) {
    for (int k = 0; k < count; k++) {
      float t = Tanh.tanh(state[k]);
      float o = out[k];
      float dh = shownGradient[k];
      stateGradient[k] += dh * o * (1 - t * t);
      out[k] = dh * t * o * (1 - o);
    }
  }

  /** Turns input gates and candidates into their gradients. */
  private static void close(float[] in, float[] candidate, float[] stateGradient, int count) {
    for (int k = 0; k < count; k++) {
      float i = in[k];
      float g = candidate[k];
      float dc = stateGradient[k];
      in[k] = dc * g * i * (1 - i);
      candidate[k] = dc * i * (1 - g * g);
    }
  }

  /** Turns forget gates into their gradients, and the state's into that of the one before. */
  private static void forget(float[] forget, float[] before, float[] stateGradient, int count) {
    for (int k = 0; k < count; k++) {
      float f = forget[k];
      float dc = stateGradient[k];
      stateGradient[k] = dc * f;
      forget[k] = dc * before[k] * f * (1 - f);
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
