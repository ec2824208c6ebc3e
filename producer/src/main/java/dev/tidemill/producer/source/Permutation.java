package dev.tidemill.producer.source;

/**
 * A pseudo-random permutation of 0 to n - 1 that is computed, so it needs no memory. A Feistel
 * network permutes the numbers below the next power of four at or above n. Results of n or more are
 * encrypted again until they are below n (cycle walking: Black and Rogaway, "Ciphers with Arbitrary
 * Finite Domains", 2002). The domain is smaller than four times n, so this takes fewer than four
 * encryptions on average.
 */
final class Permutation {
  private static final int ROUNDS = 6;

  private final long count;
  private final long seed;
  private final int halfBits;
  private final long halfMask;

  Permutation(long count, long seed) {
    this.count = count;
    this.seed = SplitMix.mix(seed);
    int bits = Math.max(2, Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, count - 1)));
    this.halfBits = (bits + 1) / 2;
    this.halfMask = (1L << halfBits) - 1;
  }

  /**
   * Returns the number at an index of the permutation.
   *
   * @param index 0 to n - 1
   */
  long at(long index) {
    long value = index;
    do {
      value = encrypt(value);
    } while (value >= count);
    return value;
  }

  private long encrypt(long value) {
    long left = value >>> halfBits;
    long right = value & halfMask;
    for (int round = 0; round < ROUNDS; round++) {
      long mixed = left ^ (SplitMix.mix(seed + right * ROUNDS + round) & halfMask);
      left = right;
      right = mixed;
    }
    return left << halfBits | right;
  }
}
