package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;

/**
 * The maximum of four runs of floats, place by place, and the way back. NaN wins over every number.
 *
 * <p>Every loop goes over heap arrays of its own, at one index and without a branch: so the JIT
 * vectorises it, and which of four is largest, as good as random, costs nothing. Floats are
 * compared by their bits for the same reason: a comparison of floats would be a branch.
 */
final class MaxOfFour {
  static final int COUNT = 4;

  private final int length;
  private final float[][] values;
  private final float[] largest;
  private final int[][] bits;
  private final int[] largestBits;
  private final int[] winners;
  private final Floats scratch;

  /**
   * @param length of each of the four
   */
  MaxOfFour(int length, Workspace workspace) {
    this.length = length;
    values = new float[COUNT][length];
    largest = new float[length];
    bits = new int[COUNT][length];
    largestBits = new int[length];
    winners = new int[length];
    scratch = workspace.scratch(length);
  }

  /** The largest of the four that lie one after the other in memory. */
  float[] largest(Floats four) {
    for (int q = 0; q < COUNT; q++) {
      four.read(q * length, values[q], length);
    }
    largest(values[0], values[1], values[2], values[3], largest, length);
    return largest;
  }

  /**
   * After {@link #largest}, of the same memory: stores which quarter the largest came from, the
   * first of equals.
   */
  void winners(Floats four, int[] into, int at) {
    scratch.write(0, largest, length);
    scratch.bits().get(0, largestBits, 0, length);
    for (int q = 0; q < COUNT - 1; q++) {
      four.bits().get(q * length, bits[q], 0, length);
    }
    winners(bits[0], bits[1], bits[2], largestBits, winners, length);
    System.arraycopy(winners, 0, into, at, length);
  }

  /** Leaves each gradient where its winner stood, and zeros elsewhere. */
  void spread(float[] gradients, int[] from, int at, Floats four) {
    scratch.write(0, gradients, length);
    scratch.bits().get(0, largestBits, 0, length);
    System.arraycopy(from, at, winners, 0, length);
    for (int q = 0; q < COUNT; q++) {
      select(winners, q, largestBits, bits[q], length);
      four.bits().put(q * length, bits[q], 0, length);
    }
  }

  private static void largest(float[] a, float[] b, float[] c, float[] d, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = Math.max(Math.max(a[i], b[i]), Math.max(c[i], d[i]));
    }
  }

  /** How many quarters in a row, from the first, differ from the largest. */
  private static void winners(int[] a, int[] b, int[] c, int[] largest, int[] into, int count) {
    for (int i = 0; i < count; i++) {
      int x = a[i] ^ largest[i];
      int y = b[i] ^ largest[i];
      int z = c[i] ^ largest[i];
      int notA = (x | -x) >>> 31;
      int notB = notA & ((y | -y) >>> 31);
      int notC = notB & ((z | -z) >>> 31);
      into[i] = notA + notB + notC;
    }
  }

  private static void select(int[] winners, int quarter, int[] gradients, int[] into, int count) {
    for (int i = 0; i < count; i++) {
      // All ones where it won.
      int won = different(winners[i], quarter) - 1;
      into[i] = gradients[i] & won;
    }
  }

  /** 1 if they differ, else 0. */
  private static int different(int a, int b) {
    int difference = a ^ b;
    return (difference | -difference) >>> (Integer.SIZE - 1);
  }
}
