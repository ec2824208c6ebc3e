package dev.tidemill.schemas;

/** Which weights a sample of a {@link TrainingBatch} may have. */
public final class SampleWeights {
  /** The smallest weight. */
  public static final float MIN = 1e-6f;

  /** The largest weight. */
  public static final float MAX = 1e6f;

  private SampleWeights() {}

  /** Whether a weight, written as FLOAT32, is in the range. */
  public static boolean isValid(double weight) {
    float written = (float) weight;
    return written >= MIN && written <= MAX;
  }
}
