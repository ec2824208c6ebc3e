package dev.tidemill.engine.dl4j.sequence;

/**
 * Sizes of a self-attention.
 *
 * @param length positions of a sample
 * @param heads that share the features equally
 * @param features of a position
 * @param causal whether a position sees only itself and those before it
 */
public record AttentionShape(int batch, int length, int heads, int features, boolean causal) {

  /** Features of a head. */
  int width() {
    return features / heads;
  }

  /** Weights of a head: what each position takes from each. */
  int weights() {
    return Math.multiplyExact(length, length);
  }
}
