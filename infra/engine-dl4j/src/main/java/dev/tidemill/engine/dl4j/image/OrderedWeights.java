package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import java.util.Arrays;

/** A convolution's weights, reordered for one of the algorithms. */
final class OrderedWeights {
  private final float[] plain;
  private final float[] ordered;
  // Index of each weight in the reordered array.
  private final int[] indices;
  private final Floats floats;

  private OrderedWeights(int[] indices, int length, Workspace workspace) {
    this.indices = indices;
    plain = new float[indices.length];
    ordered = new float[length];
    floats = workspace.allocate(length);
  }

  /** Returns the number of columns of {@link #phased}. */
  static int phasedColumns(int inChannels, Window window) {
    int width = window.kernel().width();
    return ((window.kernel().height() - 1) * (width + 1) + width) * inChannels;
  }

  /**
   * Creates one matrix to multiply the rows of a {@link PhasedImage}. It has a row per output
   * channel, with zeros for image rows that the kernel skips.
   */
  static OrderedWeights phased(int out, int in, Window window, Workspace workspace) {
    int columns = phasedColumns(in, window);
    int width = window.kernel().width();
    int[] indices = new int[out * in * window.area()];
    for (int i = 0; i < indices.length; i++) {
      int tap = i % window.area();
      int channel = i / window.area() % in;
      int row = tap / width * (width + 1) + tap % width;
      indices[i] = i / window.area() / in * columns + row * in + channel;
    }
    return new OrderedWeights(indices, out * columns, workspace);
  }

  /**
   * Creates a matrix per kernel row to multiply a {@link ShiftedImage}. Its shape is {@code [out
   * channels, kernel width * in channels]}.
   */
  static OrderedWeights rowByRow(int out, int in, Window window, Workspace workspace) {
    int width = window.kernel().width();
    int[] indices = new int[out * in * window.area()];
    for (int i = 0; i < indices.length; i++) {
      int tap = i % window.area();
      int channel = i / window.area() % in;
      int output = i / window.area() / in;
      indices[i] = ((tap / width * out + output) * width + tap % width) * in + channel;
    }
    return new OrderedWeights(indices, indices.length, workspace);
  }

  /** Returns the reordered weights. */
  Floats floats() {
    return floats;
  }

  /** Loads weights that are in PyTorch's order. */
  void load(Floats weights) {
    weights.read(0, plain, plain.length);
    Arrays.fill(ordered, 0);
    for (int i = 0; i < plain.length; i++) {
      ordered[indices[i]] = plain[i];
    }
    floats.write(0, ordered, ordered.length);
  }

  /** Stores the weights in PyTorch's order. */
  void store(Floats weights) {
    floats.read(0, ordered, ordered.length);
    for (int i = 0; i < plain.length; i++) {
      plain[i] = ordered[indices[i]];
    }
    weights.write(0, plain, plain.length);
  }
}
