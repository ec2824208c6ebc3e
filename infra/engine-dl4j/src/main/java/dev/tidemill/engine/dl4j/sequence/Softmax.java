package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.Exponential;
import dev.tidemill.engine.dl4j.kernel.RowSums;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;

/** The softmax of each row of a square matrix, and its backward pass. */
final class Softmax {
  private final int length;
  private final boolean causal;
  private final int rows;
  private final float[] values;
  private final float[] gradients;
  private final Exponential exponential;

  /**
   * @param causal whether row i uses only its first i + 1 values; the results of the others are 0
   */
  Softmax(int length, boolean causal) {
    this.length = length;
    this.causal = causal;
    rows = Math.min(length, Math.max(1, Floats.TILE / length));
    values = new float[rows * length];
    gradients = new float[rows * length];
    exponential = new Exponential(values.length);
  }

  /**
   * Replaces a square matrix with the softmax of its rows.
   *
   * @param at offset of the matrix
   */
  void forward(Floats square, int at) {
    for (int first = 0; first < length; first += rows) {
      int count = Math.min(rows, length - first);
      square.read(at + first * length, values, count * length);
      for (int r = 0; r < count; r++) {
        subtract(r * length, RowSums.max(values, r * length, visible(first + r)));
      }
      exponential.apply(values, count * length);
      for (int r = 0; r < count; r++) {
        normalize(r * length, visible(first + r));
      }
      square.write(at + first * length, values, count * length);
    }
  }

  /**
   * Replaces the gradients of the softmax with those of its inputs: {@code p * (dp - sum(p * dp))}.
   *
   * @param square results of {@link #forward}
   * @param into gradients of one square matrix
   */
  void backward(Floats square, int at, Floats into) {
    for (int first = 0; first < length; first += rows) {
      int count = Math.min(rows, length - first);
      square.read(at + first * length, values, count * length);
      into.read(first * length, gradients, count * length);
      for (int r = 0; r < count; r++) {
        differentiate(r * length, RowSums.dot(values, gradients, r * length, length));
      }
      into.write(first * length, gradients, count * length);
    }
  }

  private int visible(int row) {
    return causal ? row + 1 : length;
  }

  private void subtract(int begin, float largest) {
    for (int k = begin; k < begin + length; k++) {
      values[k] -= largest;
    }
  }

  private void normalize(int begin, int visible) {
    float factor = 1 / RowSums.sum(values, begin, visible);
    for (int k = begin; k < begin + visible; k++) {
      values[k] *= factor;
    }
    Arrays.fill(values, begin + visible, begin + length, 0);
  }

  private void differentiate(int begin, float rowProduct) {
    for (int k = begin; k < begin + length; k++) {
      gradients[k] = values[k] * (gradients[k] - rowProduct);
    }
  }
}
