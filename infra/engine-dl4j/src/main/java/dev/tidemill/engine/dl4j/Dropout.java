package dev.tidemill.engine.dl4j;

/**
 * Zeroes values with probability p in training and scales the others by {@code 1 / (1 - p)}.
 *
 * <p>Whether a value is dropped is a hash of seed, update, layer, and its place among the update's
 * values: there is no generator whose state would have to be kept, and a resumed run drops the very
 * same ones.
 */
final class Dropout implements Kernel {
  // The constants of SplitMix64 (Steele, Lea and Flood, 2014).
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long MIX_1 = 0xBF58476D1CE4E5B9L;
  private static final long MIX_2 = 0x94D049BB133111EBL;
  private static final int BITS = 31;

  private final int layer;
  private final int sampleLength;
  private final long keepBelow;
  private final float scale;
  private final Signal input;
  private final Signal output;
  private final float[] values = new float[Floats.TILE];
  private long passKey;
  private long firstElement;

  Dropout(int layer, double p, int sampleLength, Signal input, Signal output) {
    this.layer = layer;
    this.sampleLength = sampleLength;
    keepBelow = Math.round((1 - p) * (1L << BITS));
    scale = p == 1 ? 0 : (float) (1 / (1 - p));
    this.input = input;
    this.output = output;
  }

  @Override
  public void forward() {
    if (!output.values().sameAs(input.values())) {
      output.values().copyFrom(input.values());
    }
  }

  @Override
  public void forwardTraining(TrainingPass pass) {
    passKey = mix(mix(mix(pass.seed()) + layer) + pass.step() * GOLDEN);
    firstElement = pass.firstSample() * sampleLength;
    mask(input.values(), output.values());
  }

  @Override
  public void backward() {
    mask(output.requiredGradient(), input.requiredGradient());
  }

  @Override
  public String way() {
    return "dropout of " + sampleLength + ": own loop";
  }

  private void mask(Floats from, Floats to) {
    for (int at = 0; at < from.length(); at += Floats.TILE) {
      int count = Math.min(Floats.TILE, from.length() - at);
      from.read(at, values, count);
      long key = passKey + (firstElement + at) * GOLDEN;
      for (int i = 0; i < count; i++) {
        long drawn = mix(key) >>> (Long.SIZE - BITS);
        // All ones where it is kept.
        int keep = (int) ((drawn - keepBelow) >> (Long.SIZE - 1));
        values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(values[i] * scale) & keep);
        key += GOLDEN;
      }
      to.write(at, values, count);
    }
  }

  private static long mix(long key) {
    long z = key;
    z = (z ^ (z >>> 30)) * MIX_1;
    z = (z ^ (z >>> 27)) * MIX_2;
    return z ^ (z >>> 31);
  }
}
