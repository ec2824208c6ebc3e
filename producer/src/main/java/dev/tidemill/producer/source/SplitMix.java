package dev.tidemill.producer.source;

/**
 * The random number generator SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom
 * Number Generators", 2014). It is implemented here so that a seed gives the same samples on every
 * JDK. One thread.
 */
public final class SplitMix {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double TO_UNIT = 0x1.0p-53;

  private long state;

  public SplitMix(long seed) {
    this.state = seed;
  }

  /** Hashes a number to 64 well-mixed bits. */
  public static long mix(long value) {
    long z = value + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  public long nextLong() {
    long mixed = mix(state);
    state += GOLDEN;
    return mixed;
  }

  /** Returns a number that is uniform in [low, high). */
  public double between(double low, double high) {
    return low + (high - low) * (nextLong() >>> 11) * TO_UNIT;
  }

  /**
   * Returns an integer that is uniform in 0 to bound - 1. The remainder's bias is below 2^-50 for
   * small bounds.
   */
  public int below(int bound) {
    return (int) Long.remainderUnsigned(nextLong(), bound);
  }
}
