package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;

/**
 * One image as a convolution of stride 1 wants to see it: as many times as its kernel has columns,
 * each time shifted by one column and cut to the output's width, so that a kernel's row is a plain
 * matrix product with a run of it. A fifth of what im2col would write, for a kernel of 5 by 5.
 */
final class ShiftedImage {
  private final Image in;
  private final int top;
  private final int left;
  private final int shifts;
  private final int height;
  private final int width;
  // With a zero after the last, which stands for all padding.
  private final float[] image;
  private final float[] shifted;
  private final int[] places;

  ShiftedImage(Image in, Image out, Window window) {
    this.in = in;
    top = window.padding().height();
    left = window.padding().width();
    shifts = window.kernel().width();
    height = in.height() + 2 * top;
    width = out.width();
    image = new float[in.length() + 1];
    shifted = new float[shifts * in.channels() * height * width];
    places = places();
  }

  /** Floats of one channel at one shift. */
  int rowLength() {
    return height * width;
  }

  /** All floats. */
  int length() {
    return shifted.length;
  }

  /** Takes an image of a batch: shift by shift, of each all channels. */
  void load(Floats batch, int index, Floats into) {
    batch.read(index * in.length(), image, in.length());
    image[in.length()] = 0;
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = image[places[i]];
    }
    into.write(0, shifted, shifted.length);
  }

  /** Sums gradients of the shifted values to those of an image of a batch. */
  void sum(Floats from, Floats batch, int index) {
    from.read(0, shifted, shifted.length);
    Arrays.fill(image, 0);
    for (int i = 0; i < shifted.length; i++) {
      image[places[i]] += shifted[i];
    }
    batch.write(index * in.length(), image, in.length());
  }

  private int[] places() {
    int[] found = new int[shifted.length];
    int i = 0;
    for (int shift = 0; shift < shifts; shift++) {
      for (int c = 0; c < in.channels(); c++) {
        for (int y = -top; y < in.height() + top; y++) {
          for (int x = shift - left; x < shift - left + width; x++) {
            boolean within = y >= 0 && y < in.height() && x >= 0 && x < in.width();
            found[i++] = within ? c * in.planeLength() + y * in.width() + x : in.length();
          }
        }
      }
    }
    return found;
  }
}
