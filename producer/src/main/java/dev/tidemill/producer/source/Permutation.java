package dev.tidemill.producer.source;

/**
 * A pseudo-random order of n things that takes no memory: where each of them goes is computed. A
 * Feistel network permutes the next power of four at or above n, and values outside are sent
 * through again until they fall inside (cycle walking: Black and Rogaway, "Ciphers with Arbitrary
 * Finite Domains", 2002). Since the domain is less than four times n, that takes four rounds at
 * most on average.
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
   * Which of the things comes at a place.
   *
   * @param place 0 to n - 1
   */
  long at(long place) {
    long value = place;
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
