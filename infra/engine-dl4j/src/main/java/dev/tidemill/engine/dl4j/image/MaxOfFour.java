package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;

/**
 * The elementwise maximum of four arrays of floats, and its backward pass. NaN is greater than
 * every number.
 *
 * <p>Each loop uses one index for all its heap arrays and has no branch, so the JIT vectorizes it.
 * A branch on the maximum would be unpredictable. The loops compare floats by their bits, because
 * comparing floats would be a branch.
 */
final class MaxOfFour {
  static final int COUNT = 4;

  private final int length;
  private final float[][] values;
  private final float[] largest;
  private final int[][] bits;
  private final int[] largestBits;
  private final int[] argmax;
  private final Floats scratch;

  /**
   * @param length values per quarter
   */
  MaxOfFour(int length, Workspace workspace) {
    this.length = length;
    values = new float[COUNT][length];
    largest = new float[length];
    bits = new int[COUNT][length];
    largestBits = new int[length];
    argmax = new int[length];
    scratch = workspace.scratch(length);
  }

  /** Returns the maximum of four quarters that are adjacent in memory. */
  float[] max(Floats four) {
    for (int q = 0; q < COUNT; q++) {
      four.read(q * length, values[q], length);
    }
    max(values[0], values[1], values[2], values[3], largest, length);
    return largest;
  }

  /**
   * Stores which quarter each maximum came from; the first of equal values. Call {@link #max} with
   * the same memory first.
   */
  void argmax(Floats four, int[] into, int at) {
    scratch.write(0, largest, length);
    scratch.bits().get(0, largestBits, 0, length);
    for (int q = 0; q < COUNT - 1; q++) {
      four.bits().get(q * length, bits[q], 0, length);
    }
    argmax(bits[0], bits[1], bits[2], largestBits, argmax, length);
    System.arraycopy(argmax, 0, into, at, length);
  }

  /** Writes each gradient to the quarter of its maximum, and zeros to the others. */
  void scatter(float[] gradients, int[] from, int at, Floats four) {
    scratch.write(0, gradients, length);
    scratch.bits().get(0, largestBits, 0, length);
    System.arraycopy(from, at, argmax, 0, length);
    for (int q = 0; q < COUNT; q++) {
      select(argmax, q, largestBits, bits[q], length);
      four.bits().put(q * length, bits[q], 0, length);
    }
  }

  private static void max(float[] a, float[] b, float[] c, float[] d, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = Math.max(Math.max(a[i], b[i]), Math.max(c[i], d[i]));
    }
  }

  /** Computes how many leading quarters differ from the maximum, which is the argmax. */
  private static void argmax(int[] a, int[] b, int[] c, int[] largest, int[] into, int count) {
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

  private static void select(int[] argmax, int quarter, int[] gradients, int[] into, int count) {
    for (int i = 0; i < count; i++) {
      // All ones if this quarter held the maximum.
      int mask = different(argmax[i], quarter) - 1;
      into[i] = gradients[i] & mask;
    }
  }

  /** Returns 1 if the numbers differ, else 0. */
  private static int different(int a, int b) {
    int difference = a ^ b;
    return (difference | -difference) >>> (Integer.SIZE - 1);
  }
}
