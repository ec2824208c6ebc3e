package dev.tidemill.engine.dl4j.sequence;

/**
 * The sizes of a self-attention layer.
 *
 * @param length positions per sample
 * @param heads number of heads, which divides the features
 * @param features features per position
 * @param causal whether a position attends only to itself and earlier positions
 */
public record AttentionShape(int batch, int length, int heads, int features, boolean causal) {

  /** Returns the features per head. */
  int headWidth() {
    return features / heads;
  }

  /** Returns the attention weights per head and sample: length squared. */
  int weightsPerHead() {
    return Math.multiplyExact(length, length);
  }
}
