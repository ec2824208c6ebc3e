package dev.tidemill.engine.dl4j;

import java.util.Arrays;

/**
 * A convolution's weights in the order of a {@link PhasedImage}'s rows, as one matrix: a row for
 * each output channel, zero where a row of the image is passed over.
 */
final class PhasedWeights {
  private final float[] plain;
  private final float[] ordered;
  // Of each plain weight, its place among the ordered.
  private final int[] places;
  private final Floats matrix;
  private final int columns;

  /**
   * @param outChannels rows
   */
  PhasedWeights(int outChannels, int inChannels, Window window, Workspace workspace) {
    int height = window.kernel().height();
    int width = window.kernel().width();
    columns = ((height - 1) * (width + 1) + width) * inChannels;
    plain = new float[outChannels * inChannels * window.area()];
    ordered = new float[outChannels * columns];
    places = new int[plain.length];
    matrix = workspace.allocate(ordered.length);
    int at = 0;
    for (int o = 0; o < outChannels; o++) {
      for (int c = 0; c < inChannels; c++) {
        for (int tap = 0; tap < window.area(); tap++) {
          int row = tap / width * (width + 1) + tap % width;
          places[at++] = o * columns + row * inChannels + c;
        }
      }
    }
  }

  int columns() {
    return columns;
  }

  Floats matrix() {
    return matrix;
  }

  /** Fills the matrix from weights in PyTorch's order. */
  void order(Floats weights) {
    weights.read(0, plain, plain.length);
    Arrays.fill(ordered, 0);
    for (int i = 0; i < plain.length; i++) {
      ordered[places[i]] = plain[i];
    }
    matrix.write(0, ordered, ordered.length);
  }

  /** Puts what stands in the matrix into PyTorch's order. */
  void restore(Floats weights) {
    matrix.read(0, ordered, ordered.length);
    for (int i = 0; i < plain.length; i++) {
      plain[i] = ordered[places[i]];
    }
    weights.write(0, plain, plain.length);
  }
}
