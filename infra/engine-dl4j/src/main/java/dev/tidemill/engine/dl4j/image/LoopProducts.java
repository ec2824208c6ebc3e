package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;

/**
 * Multiplies in Java loops over the rows of an image, for processors where OpenBLAS is slow with
 * small matrices (see {@code SmallGemm}). On those processors it is twice as fast as oneDNN's
 * convolution.
 *
 * <p>Each loop uses one index for all its arrays and adds few terms. The JIT vectorized such loops
 * on every JDK and processor that we tried. The loops add weight gradients elementwise and reduce
 * them once per batch, because the JIT never vectorizes a sum of floats.
 */
final class LoopProducts implements PhasedProducts {
  /** Terms that one loop adds. */
  private static final int TERMS = 5;

  private final int outChannels;
  private final int length;
  private final int taps;
  private final float[][] imageRows;
  // The image row of each quarter and kernel tap; zeros after the last tap.
  private final float[][][] tapRows;
  private final float[] weightArray;
  private final float[] values;
  private final float[][] gradients;
  private final float[][] sums;
  private final Floats four;

  /**
   * @param four memory of the four quarters: values, or their gradients
   * @param training whether to allocate memory for gradients
   */
  LoopProducts(
      PhasedImage image,
      int inChannels,
      int outChannels,
      Window window,
      Floats four,
      boolean training) {
    this.outChannels = outChannels;
    this.four = four;
    length = image.length();
    taps = inChannels * window.area();
    imageRows = new float[image.rows()][length];
    weightArray = new float[outChannels * taps + TERMS];
    values = new float[length];
    gradients = new float[training ? MaxOfFour.COUNT : 0][length];
    sums = new float[training ? outChannels * taps : 0][length];
    tapRows = new float[MaxOfFour.COUNT][(taps + TERMS - 1) / TERMS * TERMS][];
    float[] zeros = new float[length];
    for (int q = 0; q < MaxOfFour.COUNT; q++) {
      Arrays.fill(tapRows[q], zeros);
      for (int tap = 0; tap < taps; tap++) {
        int position = tap % window.area();
        int down = position / window.kernel().width() + q / 2;
        int across = position % window.kernel().width() + q % 2;
        tapRows[q][tap] = imageRows[image.row(down, across, tap / window.area())];
      }
    }
  }

  @Override
  public void loadWeights(Floats weights) {
    weights.read(0, weightArray, weights.length());
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
        float[][] x = tapRows[q];
        float[] w = weightArray;
        for (int t = 0; t < x.length; t += TERMS) {
          // Weights past the last tap belong to the next channel; their rows are zeros.
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
          addProducts(
              gradients[q], tapRows[q][t], gradients[q + 1], tapRows[q + 1][t], sum, length);
        }
      }
    }
  }

  @Override
  public void storeGradient(Floats gradient) {
    for (int i = 0; i < sums.length; i++) {
      weightArray[i] = sum(sums[i]);
    }
    gradient.write(0, weightArray, sums.length);
  }

  private static void add(
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float[] e,
      float weightA,
      float weightB,
      float weightC,
      float weightD,
      float weightE,
      float[] to,
      int count) {
    for (int i = 0; i < count; i++) {
      float sum = Math.fma(weightB, b[i], Math.fma(weightA, a[i], to[i]));
      to[i] = Math.fma(weightE, e[i], Math.fma(weightD, d[i], Math.fma(weightC, c[i], sum)));
    }
  }

  private static void addProducts(
      float[] a, float[] factorA, float[] b, float[] factorB, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = Math.fma(b[i], factorB[i], Math.fma(a[i], factorA[i], to[i]));
    }
  }

  /** Sums with four independent accumulators. */
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
