package dev.tidemill.engine.dl4j.kernel;

/**
 * Decides which values to drop by a hash of seed, step, layer, and the value's index within the
 * step. No generator state needs to be saved, and a resumed run drops the same values.
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
   * @param layer index of the layer
   * @param p probability of dropping a value, 0 to 1
   */
  public DropoutMask(int layer, double p) {
    this.layer = layer;
    keepBelow = Math.round((1 - p) * (1L << BITS));
    scale = p == 1 ? 0 : (float) (1 / (1 - p));
  }

  /** Sets the pass for the following calls. */
  public void begin(TrainingPass pass) {
    passKey = mix(mix(mix(pass.seed()) + layer) + pass.step() * GOLDEN);
    firstSample = pass.firstSample();
  }

  /** Returns the index of a sample's first value within the step. */
  public long indexOf(int sample, long sampleLength) {
    return (firstSample + sample) * sampleLength;
  }

  /**
   * Zeroes the dropped values and scales the others by {@code 1 / (1 - p)}.
   *
   * @param index index of the first value within the step
   */
  public void apply(float[] values, int begin, int count, long index) {
    long key = passKey + index * GOLDEN;
    for (int i = begin; i < begin + count; i++) {
      long drawn = mix(key) >>> (Long.SIZE - BITS);
      // All ones if the value is kept.
      int keepMask = (int) ((drawn - keepBelow) >> (Long.SIZE - 1));
      values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(values[i] * scale) & keepMask);
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
