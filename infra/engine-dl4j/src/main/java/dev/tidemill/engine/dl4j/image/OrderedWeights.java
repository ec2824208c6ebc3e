package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import java.util.Arrays;

/** A convolution's weights in the order that a way of computing it wants them in. */
final class OrderedWeights {
  private final float[] plain;
  private final float[] ordered;
  // Of each plain weight, its place among the ordered.
  private final int[] places;
  private final Floats floats;

  private OrderedWeights(int[] places, int length, Workspace workspace) {
    this.places = places;
    plain = new float[places.length];
    ordered = new float[length];
    floats = workspace.allocate(length);
  }

  /** Columns of {@link #phased}. */
  static int phasedColumns(int inChannels, Window window) {
    int width = window.kernel().width();
    return ((window.kernel().height() - 1) * (width + 1) + width) * inChannels;
  }

  /**
   * One matrix for the rows of a {@link PhasedImage}: a row for each output channel, zero where a
   * row of the image is passed over.
   */
  static OrderedWeights phased(int out, int in, Window window, Workspace workspace) {
    int columns = phasedColumns(in, window);
    int width = window.kernel().width();
    int[] places = new int[out * in * window.area()];
    for (int i = 0; i < places.length; i++) {
      int tap = i % window.area();
      int channel = i / window.area() % in;
      int row = tap / width * (width + 1) + tap % width;
      places[i] = i / window.area() / in * columns + row * in + channel;
    }
    return new OrderedWeights(places, out * columns, workspace);
  }

  /**
   * A matrix for each row of the kernel, for a {@link ShiftedImage}: a row for each output channel,
   * in it the kernel's columns and of each the input channels.
   */
  static OrderedWeights rowByRow(int out, int in, Window window, Workspace workspace) {
    int width = window.kernel().width();
    int[] places = new int[out * in * window.area()];
    for (int i = 0; i < places.length; i++) {
      int tap = i % window.area();
      int channel = i / window.area() % in;
      int output = i / window.area() / in;
      places[i] = ((tap / width * out + output) * width + tap % width) * in + channel;
    }
    return new OrderedWeights(places, places.length, workspace);
  }

  /** The ordered ones. */
  Floats floats() {
    return floats;
  }

  /** Loads weights in PyTorch's order. */
  void load(Floats weights) {
    weights.read(0, plain, plain.length);
    Arrays.fill(ordered, 0);
    for (int i = 0; i < plain.length; i++) {
      ordered[places[i]] = plain[i];
    }
    floats.write(0, ordered, ordered.length);
  }

  /** Stores them in PyTorch's order. */
  void store(Floats weights) {
    floats.read(0, ordered, ordered.length);
    for (int i = 0; i < plain.length; i++) {
      plain[i] = ordered[places[i]];
    }
    weights.write(0, plain, plain.length);
  }
}
