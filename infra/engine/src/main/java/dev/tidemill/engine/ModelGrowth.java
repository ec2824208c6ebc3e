package dev.tidemill.engine;

import java.nio.ByteBuffer;

/**
 * Gives the last linear layer of a model more outputs, and the columns that it embeds more
 * categories. The new rows of a tensor have the values that a new model of the larger size has from
 * the same seed. Their optimizer state is that of a new model: 0, or Adagrad's {@code
 * initial_accumulator_value}. Everything else keeps its bits.
 */
public final class ModelGrowth {
  private ModelGrowth() {}

  /**
   * Returns a larger state in newly allocated memory.
   *
   * @param from the smaller state, unchanged
   * @param to the spec of {@code from} with more outputs or categories
   * @throws IllegalArgumentException if the specs differ in another tensor's shape
   */
  public static ModelState grow(ModelState from, ModelSpec to) {
    ModelState grown = ModelState.initial(to, from.counters().seed());
    for (StateLayout.Slice slice : grown.layout().slices()) {
      copyRows(from, from.layout().slice(slice.name()), grown, slice);
    }
    grown.counters(from.counters().grownTo(Network.of(to)));
    grown.contract(from.contract());
    grown.learningRateFactor(from.learningRateFactor());
    grown.driftState(from.driftState());
    return grown;
  }

  /** Copies a tensor whose rows are the first rows of the larger one. */
  private static void copyRows(
      ModelState from, StateLayout.Slice smaller, ModelState grown, StateLayout.Slice larger) {
    int rank = larger.shape().size();
    if (smaller.shape().size() != rank
        || (rank > 0 && !smaller.shape().subList(1, rank).equals(larger.shape().subList(1, rank)))
        || smaller.length() > larger.length()) {
      throw new IllegalArgumentException(
          "tensor "
              + larger.name()
              + " cannot grow from shape "
              + smaller.shape()
              + " to "
              + larger.shape());
    }
    ByteBuffer into = grown.data(larger);
    into.put(from.data(smaller));
  }
}
