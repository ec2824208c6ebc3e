package dev.tidemill.producer.source;

/**
 * SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014),
 * written out so that a seed means the same samples on every JDK. Used by one thread.
 */
public final class SplitMix {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double TO_UNIT = 0x1.0p-53;

  private long state;

  public SplitMix(long seed) {
    this.state = seed;
  }

  /** A well-mixed 64-bit hash of a number. */
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

  /** Uniform in [low, high). */
  public double between(double low, double high) {
    return low + (high - low) * (nextLong() >>> 11) * TO_UNIT;
  }

  /** Uniform in 0 to bound - 1; the bias of the remainder is below 2^-50 for small bounds. */
  public int below(int bound) {
    return (int) Long.remainderUnsigned(nextLong(), bound);
  }
}
