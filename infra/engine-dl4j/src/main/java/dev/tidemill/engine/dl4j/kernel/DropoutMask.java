package dev.tidemill.engine.dl4j.kernel;

/**
 * Which values are dropped: a hash of seed, update, layer, and a value's place among the update's
 * values. There is no generator whose state would have to be kept, and a resumed run drops the very
 * same ones.
 */
public final class DropoutMask {
  // The constants of SplitMix64 (Steele, Lea and Flood, 2014).
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long MIX_1 = 0xBF58476D1CE4E5B9L;
  private static final long MIX_2 = 0x94D049BB133111EBL;
  private static final int BITS = 31;

  private final int layer;
  private final long keepBelow;
  private final float scale;
  private long passKey;
  private long firstSample;

  /**
   * @param layer whose values they are
   * @param p how many of them are dropped, 0 to 1
   */
  public DropoutMask(int layer, double p) {
    this.layer = layer;
    keepBelow = Math.round((1 - p) * (1L << BITS));
    scale = p == 1 ? 0 : (float) (1 / (1 - p));
  }

  /** What is masked from now on belongs to a pass. */
  public void begin(TrainingPass pass) {
    passKey = mix(mix(mix(pass.seed()) + layer) + pass.step() * GOLDEN);
    firstSample = pass.firstSample();
  }

  /** The place of a sample's first value. */
  public long place(int sample, long sampleLength) {
    return (firstSample + sample) * sampleLength;
  }

  /**
   * Zeroes some values and scales the others by {@code 1 / (1 - p)}.
   *
   * @param place of the first one
   */
  public void apply(float[] values, int begin, int count, long place) {
    long key = passKey + place * GOLDEN;
    for (int i = begin; i < begin + count; i++) {
      long drawn = mix(key) >>> (Long.SIZE - BITS);
      // All ones where it is kept.
      int keep = (int) ((drawn - keepBelow) >> (Long.SIZE - 1));
      values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(values[i] * scale) & keep);
      key += GOLDEN;
    }
  }

  private static long mix(long key) {
    long z = key;
    z = (z ^ (z >>> 30)) * MIX_1;
    z = (z ^ (z >>> 27)) * MIX_2;
    return z ^ (z >>> 31);
  }
}
