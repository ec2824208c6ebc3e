package dev.tidemill.producer.source.digits;

import dev.tidemill.producer.source.SplitMix;
import java.util.Arrays;

/**
 * Draws one digit into 28×28 gray pixels. Strokes are anti-aliased: the brightness falls from full
 * to zero within one pixel across the edge. One thread.
 */
final class DigitDrawer {
  static final int SIZE = 28;
  private static final double MIDDLE = (SIZE - 1) / 2.0;

  private final float[] cover = new float[SIZE * SIZE];
  private double halfWidth;
  private double scale;
  private double slant;
  private double shiftX;
  private double shiftY;
  private double waveX;
  private double waveY;
  private double phaseX;
  private double phaseY;

  /** Returns the pixels row by row from the top, one byte per pixel; black is 0. */
  byte[] draw(int digit, DrawingStyle style, SplitMix random) {
    Arrays.fill(cover, 0);
    choose(style, random);
    double ink = pick(style.ink(), random);
    for (double[] stroke : Strokes.of(digit, random.below(Strokes.variants(digit)))) {
      for (int i = 0; i + 3 < stroke.length; i += 2) {
        segment(stroke[i], stroke[i + 1], stroke[i + 2], stroke[i + 3]);
      }
    }
    return pixels(ink, style.noise(), random);
  }

  private void choose(DrawingStyle style, SplitMix random) {
    halfWidth = pick(style.thickness(), random) / 2;
    scale = pick(style.scale(), random);
    slant = pick(style.slant(), random);
    shiftX = random.between(-style.shift(), style.shift());
    shiftY = random.between(-style.shift(), style.shift());
    waveX = random.between(-style.wobble(), style.wobble());
    waveY = random.between(-style.wobble(), style.wobble());
    phaseX = random.between(0, 2 * Math.PI);
    phaseY = random.between(0, 2 * Math.PI);
  }

  private static double pick(DrawingStyle.Range range, SplitMix random) {
    return random.between(range.low(), range.high());
  }

  private double pixelX(double x, double y) {
    double strayed = x - 0.5 + waveX * StrictMath.sin(6 * y + phaseX);
    return MIDDLE + shiftX + scale * (strayed - slant * (y - 0.5));
  }

  private double pixelY(double x, double y) {
    return MIDDLE + shiftY + scale * (y - 0.5 + waveY * StrictMath.sin(6 * x + phaseY));
  }

  private void segment(double fromX, double fromY, double toX, double toY) {
    double x0 = pixelX(fromX, fromY);
    double y0 = pixelY(fromX, fromY);
    double dx = pixelX(toX, toY) - x0;
    double dy = pixelY(toX, toY) - y0;
    double reach = halfWidth + 0.5;
    double squared = Math.max(dx * dx + dy * dy, 1e-9);
    int left = (int) Math.max(0, Math.ceil(Math.min(x0, x0 + dx) - reach));
    int right = (int) Math.min(SIZE - 1, Math.floor(Math.max(x0, x0 + dx) + reach));
    int top = (int) Math.max(0, Math.ceil(Math.min(y0, y0 + dy) - reach));
    int bottom = (int) Math.min(SIZE - 1, Math.floor(Math.max(y0, y0 + dy) + reach));
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double along = ((x - x0) * dx + (y - y0) * dy) / squared;
        double near = Math.max(0, Math.min(1, along));
        double offX = x - x0 - near * dx;
        double offY = y - y0 - near * dy;
        double covered = Math.min(1, reach - Math.sqrt(offX * offX + offY * offY));
        int at = y * SIZE + x;
        cover[at] = (float) Math.max(cover[at], covered);
      }
    }
  }

  /**
   * Adds noise to each pixel: a sum of two uniform numbers, so a triangular distribution around 0.
   */
  private byte[] pixels(double ink, double noise, SplitMix random) {
    byte[] gray = new byte[cover.length];
    long bits = 0;
    for (int i = 0; i < gray.length; i++) {
      bits = i % 4 == 0 ? random.nextLong() : bits >>> 16;
      double stray = ((bits & 0xFF) + (bits >>> 8 & 0xFF) - 255) / 255.0;
      long value = Math.round(cover[i] * ink + noise * stray);
      gray[i] = (byte) Math.max(0, Math.min(255, value));
    }
    return gray;
  }
}
