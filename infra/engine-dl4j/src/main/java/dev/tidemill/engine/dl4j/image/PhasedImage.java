package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * The polyphase form of an image, for a convolution with 2 by 2 pooling after it. The four windows
 * of a pooled value touch {@code (kernel + 1)^2} input positions. For each of these positions, one
 * row holds its input values for all pooled values.
 *
 * <p>So a matrix product of weights and some of the rows computes one of the four values of every
 * window at once. Pooling then is the elementwise maximum of four arrays. All memory access is
 * contiguous, without a stride of 2. Rows are half as wide as the image; their columns beyond the
 * pooled width are unused.
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
  // Values by even and odd row, then by even and odd column; each array goes channel by channel.
  private final float[][] phases;
  private final int rows;

  /**
   * @param pooled output shape after convolution and pooling
   */
  PhasedImage(Image in, Window convolution, Image pooled) {
    this.in = in;
    padY = convolution.padding().height();
    padX = convolution.padding().width();
    int rowsDown = convolution.kernel().height() + 1;
    rowsAcross = convolution.kernel().width() + 1;
    int extraColumns = convolution.kernel().width() / 2;
    width = pooled.width() + extraColumns;
    height = pooled.height() + convolution.kernel().height() / 2;
    length = pooled.height() * width;
    planeLength = height * width + extraColumns;
    image = new float[in.length()];
    phases = new float[4][in.channels() * planeLength];
    rows = rowsDown * rowsAcross * in.channels();
  }

  /** Returns the distance between two rows of pooled values, in floats. */
  int width() {
    return width;
  }

  /** Returns the floats per row. */
  int length() {
    return length;
  }

  /** Returns the number of rows. */
  int rows() {
    return rows;
  }

  /** Returns the row of a position and a channel; positions go from left to right, then down. */
  int row(int down, int across, int channel) {
    return (down * rowsAcross + across) * in.channels() + channel;
  }

  /** Loads one image of a batch. */
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

  /** Copies the rows to native memory, one after the other. */
  void writeRows(Floats into) {
    for (int row = 0; row < rows; row++) {
      into.buffer().put(row * length, phase(row), begin(row), length);
    }
  }

  /** Copies the rows to heap arrays. */
  void copyRows(float[][] into) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(phase(row), begin(row), into[row], 0, length);
    }
  }

  private float[] phase(int row) {
    int position = row / in.channels();
    return phases[position / rowsAcross % 2 * 2 + position % rowsAcross % 2];
  }

  private int begin(int row) {
    int position = row / in.channels();
    int shift = position / rowsAcross / 2 * width + position % rowsAcross / 2;
    return row % in.channels() * planeLength + shift;
  }

  /** Splits one row of the image into its even and odd columns. */
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
