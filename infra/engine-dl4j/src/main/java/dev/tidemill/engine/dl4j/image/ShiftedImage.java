package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;

/**
 * A partial im2col of one image, for a convolution with stride 1. It holds one copy of the image
 * per kernel column, shifted by one column each and cropped to the output's width. So each kernel
 * row is a matrix product with a contiguous range. For a 5 by 5 kernel it writes a fifth of the
 * memory that im2col would.
 */
final class ShiftedImage {
  private final Image in;
  private final int top;
  private final int left;
  private final int shifts;
  private final int height;
  private final int width;
  // The zero after the last value serves as padding.
  private final float[] image;
  private final float[] shifted;
  private final int[] indices;

  ShiftedImage(Image in, Image out, Window window) {
    this.in = in;
    top = window.padding().height();
    left = window.padding().width();
    shifts = window.kernel().width();
    height = in.height() + 2 * top;
    width = out.width();
    image = new float[in.length() + 1];
    shifted = new float[shifts * in.channels() * height * width];
    indices = sourceIndices();
  }

  /** Returns the floats of one channel at one shift. */
  int rowLength() {
    return height * width;
  }

  /** Returns the number of floats. */
  int length() {
    return shifted.length;
  }

  /** Loads one image of a batch: all channels of the first shift, then of the next. */
  void load(Floats batch, int index, Floats into) {
    batch.read(index * in.length(), image, in.length());
    image[in.length()] = 0;
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = image[indices[i]];
    }
    into.write(0, shifted, shifted.length);
  }

  /** Adds up the gradients of the shifted copies to the gradient of one image of a batch. */
  void sum(Floats from, Floats batch, int index) {
    from.read(0, shifted, shifted.length);
    Arrays.fill(image, 0);
    for (int i = 0; i < shifted.length; i++) {
      image[indices[i]] += shifted[i];
    }
    batch.write(index * in.length(), image, in.length());
  }

  private int[] sourceIndices() {
    int[] result = new int[shifted.length];
    int i = 0;
    for (int shift = 0; shift < shifts; shift++) {
      for (int c = 0; c < in.channels(); c++) {
        for (int y = -top; y < in.height() + top; y++) {
          for (int x = shift - left; x < shift - left + width; x++) {
            boolean within = y >= 0 && y < in.height() && x >= 0 && x < in.width();
            result[i++] = within ? c * in.planeLength() + y * in.width() + x : in.length();
          }
        }
      }
    }
    return result;
  }
}
