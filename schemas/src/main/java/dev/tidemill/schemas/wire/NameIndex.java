package dev.tidemill.schemas.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers names from 0, and finds the number of a name from its encoded bytes, without a String.
 * Immutable.
 */
public final class NameIndex {
  private final byte[][] names;

  /** Open addressing: a name's number plus 1, at its hash or after it; 0 is free. */
  private final int[] table;

  /** The bits of a hash that select the place in the table. */
  private final int mask;

  /**
   * Creates an index.
   *
   * @param names distinct names; the first has number 0
   */
  public NameIndex(List<String> names) {
    this.names =
        names.stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    this.table = new int[4 * Integer.highestOneBit(Math.max(1, names.size()))];
    this.mask = table.length - 1;
    for (int number = 0; number < this.names.length; number++) {
      byte[] name = this.names[number];
      int at = hash(name, 0, name.length) & mask;
      while (table[at] != 0) {
        at = (at + 1) & mask;
      }
      table[at] = number + 1;
    }
  }

  /** Returns the number of the name in a range of bytes; -1 if there is none. */
  int find(byte[] bytes, int start, int end, int guess) {
    if (guess >= 0 && guess < names.length && isAt(guess, bytes, start, end)) {
      return guess;
    }
    int at = hash(bytes, start, end) & mask;
    while (table[at] != 0) {
      int number = table[at] - 1;
      if (isAt(number, bytes, start, end)) {
        return number;
      }
      at = (at + 1) & mask;
    }
    return -1;
  }

  private boolean isAt(int number, byte[] bytes, int start, int end) {
    byte[] name = names[number];
    return Arrays.equals(name, 0, name.length, bytes, start, end);
  }

  private static int hash(byte[] bytes, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash ^ (hash >>> 16);
  }
}
