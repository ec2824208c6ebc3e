package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;

/**
 * Loops of our own over the rows of an image, for processors where OpenBLAS multiplies small
 * matrices badly (see {@code SmallGemm}): twice as fast there as oneDNN's convolution.
 *
 * <p>A loop goes over arrays of its own at one index and adds up few terms: that is what the JIT
 * vectorises on every JDK and processor it was tried on. Sums over places are kept place by place
 * for a whole batch, since a sum of floats is never vectorised.
 */
final class LoopProducts implements PhasedProducts {
  /** Terms that a pass adds up. */
  private static final int TERMS = 5;

  private final int outChannels;
  private final int length;
  private final int taps;
  private final float[][] imageRows;
  // Of each quarter and tap, the row of the image that it meets; zeros after the last tap.
  private final float[][][] met;
  private final float[] plain;
  private final float[] values;
  private final float[][] gradients;
  private final float[][] sums;
  private final Floats four;

  /**
   * @param four values or gradients
   * @param learns whether gradients will be asked for
   */
  LoopProducts(
      PhasedImage image,
      int inChannels,
      int outChannels,
      Window window,
      Floats four,
      boolean learns) {
    this.outChannels = outChannels;
    this.four = four;
    length = image.length();
    taps = inChannels * window.area();
    imageRows = new float[image.rows()][length];
    plain = new float[outChannels * taps + TERMS];
    values = new float[length];
    gradients = new float[learns ? MaxOfFour.COUNT : 0][length];
    sums = new float[learns ? outChannels * taps : 0][length];
    met = new float[MaxOfFour.COUNT][(taps + TERMS - 1) / TERMS * TERMS][];
    float[] zeros = new float[length];
    for (int q = 0; q < MaxOfFour.COUNT; q++) {
      Arrays.fill(met[q], zeros);
      for (int tap = 0; tap < taps; tap++) {
        int within = tap % window.area();
        int down = within / window.kernel().width() + q / 2;
        int across = within % window.kernel().width() + q % 2;
        met[q][tap] = imageRows[image.row(down, across, tap / window.area())];
      }
    }
  }

  @Override
  public void loadWeights(Floats weights) {
    weights.read(0, plain, weights.length());
  }

  @Override
  public void loadImage(PhasedImage image) {
    image.copyRows(imageRows);
  }

  @Override
  public void multiply() {
    for (int q = 0; q < MaxOfFour.COUNT; q++) {
      for (int o = 0; o < outChannels; o++) {
        Arrays.fill(values, 0);
        float[][] x = met[q];
        float[] w = plain;
        for (int t = 0; t < x.length; t += TERMS) {
          // Weights past the last tap belong to the next channel; they meet zeros.
          int at = o * taps + t;
          add(
              x[t], x[t + 1], x[t + 2], x[t + 3], x[t + 4], w[at], w[at + 1], w[at + 2], w[at + 3],
              w[at + 4], values, length);
        }
        four.write((q * outChannels + o) * length, values, length);
      }
    }
  }

  @Override
  public void correlate(boolean first) {
    for (int o = 0; o < outChannels; o++) {
      for (int q = 0; q < MaxOfFour.COUNT; q++) {
        four.read((q * outChannels + o) * length, gradients[q], length);
      }
      for (int t = 0; t < taps; t++) {
        float[] sum = sums[o * taps + t];
        if (first) {
          Arrays.fill(sum, 0);
        }
        for (int q = 0; q < MaxOfFour.COUNT; q += 2) {
          addProducts(gradients[q], met[q][t], gradients[q + 1], met[q + 1][t], sum, length);
        }
      }
    }
  }

  @Override
  public void storeGradient(Floats gradient) {
    for (int i = 0; i < sums.length; i++) {
      plain[i] = sum(sums[i]);
    }
    gradient.write(0, plain, sums.length);
  }

  private static void add(
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float[] e,
      float ofA,
      float ofB,
      float ofC,
      float ofD,
      float ofE,
      float[] to,
      int count) {
    for (int i = 0; i < count; i++) {
      float sum = Math.fma(ofB, b[i], Math.fma(ofA, a[i], to[i]));
      to[i] = Math.fma(ofE, e[i], Math.fma(ofD, d[i], Math.fma(ofC, c[i], sum)));
    }
  }

  private static void addProducts(
      float[] a, float[] byA, float[] b, float[] byB, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = Math.fma(b[i], byB[i], Math.fma(a[i], byA[i], to[i]));
    }
  }

  /** Four sums at a time, which do not wait for each other. */
  private static float sum(float[] values) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int whole = values.length / 4 * 4;
    for (int i = 0; i < whole; i += 4) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
    }
    for (int i = whole; i < values.length; i++) {
      a += values[i];
    }
    return (a + b) + (c + d);
  }

  @Override
  public String describe() {
    return "own loops";
  }
}
