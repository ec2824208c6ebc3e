package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * One image as a convolution followed by a 2 by 2 pooling wants to see it: for each of the places
 * ({@code kernel + 1} squared) that a pooled value's four windows touch, all of the image's values
 * that stand there, pooled value by pooled value, in one row of floats.
 *
 * <p>So each of the four values that are pooled together is, for all pooled values at once, a plain
 * matrix product of weights and some of the rows, and pooling is a maximum of four runs of floats:
 * nothing takes steps of two any more, and everything is one long loop. A row is as wide as the
 * image's half; what stands in its columns beyond the pooled width means nothing.
 */
final class PhasedImage {
  private final Image in;
  private final int padY;
  private final int padX;
  private final int rowsAcross;
  private final int width;
  private final int height;
  private final int length;
  private final int planeLength;
  private final float[] image;
  // Values of even and odd rows, each of even and odd columns, channel by channel.
  private final float[][] phases;
  private final int rows;

  /**
   * @param pooled shape after convolution and pooling
   */
  PhasedImage(Image in, Window convolution, Image pooled) {
    this.in = in;
    padY = convolution.padding().height();
    padX = convolution.padding().width();
    int rowsDown = convolution.kernel().height() + 1;
    rowsAcross = convolution.kernel().width() + 1;
    int further = convolution.kernel().width() / 2;
    width = pooled.width() + further;
    height = pooled.height() + convolution.kernel().height() / 2;
    length = pooled.height() * width;
    planeLength = height * width + further;
    image = new float[in.length()];
    phases = new float[4][in.channels() * planeLength];
    rows = rowsDown * rowsAcross * in.channels();
  }

  /** Floats from one row of pooled values to the next. */
  int width() {
    return width;
  }

  /** Floats a row. */
  int length() {
    return length;
  }

  /** How many rows. */
  int rows() {
    return rows;
  }

  /** The row of a place and a channel; places go from left to right, then down. */
  int row(int down, int across, int channel) {
    return (down * rowsAcross + across) * in.channels() + channel;
  }

  /** Takes an image of a batch. */
  void load(Floats batch, int index) {
    batch.read(index * image.length, image, image.length);
    for (int c = 0; c < in.channels(); c++) {
      for (int y = 0; y < in.height(); y++) {
        int phase = (y + padY) % 2 * 2;
        int row = (y + padY) / 2;
        if (row < height) {
          int from = c * in.planeLength() + y * in.width();
          split(from, phases[phase], phases[phase + 1], c * planeLength + row * width);
        }
      }
    }
  }

  /** The rows for native code, one after the other. */
  void writeRows(Floats into) {
    for (int row = 0; row < rows; row++) {
      into.buffer().put(row * length, phase(row), begin(row), length);
    }
  }

  /** The rows for loops of our own. */
  void copyRows(float[][] into) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(phase(row), begin(row), into[row], 0, length);
    }
  }

  private float[] phase(int row) {
    int place = row / in.channels();
    return phases[place / rowsAcross % 2 * 2 + place % rowsAcross % 2];
  }

  private int begin(int row) {
    int place = row / in.channels();
    int shift = place / rowsAcross / 2 * width + place % rowsAcross / 2;
    return row % in.channels() * planeLength + shift;
  }

  /** Sorts one row of the image into its even and its odd columns. */
  private void split(int from, float[] even, float[] odd, int to) {
    float[] first = padX % 2 == 0 ? even : odd;
    float[] second = padX % 2 == 0 ? odd : even;
    int firstTo = to + padX / 2;
    int secondTo = to + (padX + 1) / 2;
    int firsts = Math.min((in.width() + 1) / 2, width - padX / 2);
    int seconds = Math.min(in.width() / 2, width - (padX + 1) / 2);
    for (int i = 0; i < firsts; i++) {
      first[firstTo + i] = image[from + 2 * i];
    }
    for (int i = 0; i < seconds; i++) {
      second[secondTo + i] = image[from + 2 * i + 1];
    }
  }
}
