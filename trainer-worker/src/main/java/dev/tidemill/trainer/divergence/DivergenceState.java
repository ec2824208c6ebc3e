package dev.tidemill.trainer.divergence;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a payload contains for later divergences.
 *
 * @param reference the largest mean loss of a block of reads; 0 before the first
 * @param sum of the losses of the present block
 * @param reads of the present block
 * @param scale what rollbacks have multiplied the learning rate by
 * @param excluded batches that are still to be left out
 */
public record DivergenceState(
    double reference, double sum, int reads, double scale, List<ExcludedBatches> excluded) {
  /** Nothing was trained. */
  public static final DivergenceState NONE = new DivergenceState(0, 0, 0, 1, List.of());

  public DivergenceState {
    excluded = List.copyOf(excluded);
  }

  /** Returns what is known after the reads of a bound. */
  public static DivergenceState of(LossBound bound, double scale, List<ExcludedBatches> excluded) {
    return new DivergenceState(bound.reference(), bound.sum(), bound.reads(), scale, excluded);
  }

  /** Returns the same state with another scale and other batches. */
  public DivergenceState with(double newScale, List<ExcludedBatches> newExcluded) {
    return new DivergenceState(reference, sum, reads, newScale, newExcluded);
  }

  /** Formats the state; the doubles round-trip exactly. */
  public String text() {
    return "reference="
        + reference
        + " sum="
        + sum
        + " reads="
        + reads
        + (scale == 1 ? "" : " scale=" + scale)
        + (excluded.isEmpty() ? "" : " excluded=" + ExcludedBatches.text(excluded));
  }

  /**
   * Parses a state; an empty text is {@link #NONE}.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  public static DivergenceState parse(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    Map<String, String> fields = new HashMap<>();
    for (String field : text.split(" ", -1)) {
      int equals = field.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("not a field: " + field);
      }
      fields.put(field.substring(0, equals), field.substring(equals + 1));
    }
    DivergenceState state =
        new DivergenceState(
            Double.parseDouble(fields.getOrDefault("reference", "")),
            Double.parseDouble(fields.getOrDefault("sum", "")),
            Integer.parseInt(fields.getOrDefault("reads", "")),
            Double.parseDouble(fields.getOrDefault("scale", "1")),
            ExcludedBatches.parse(fields.getOrDefault("excluded", "")));
    if (!isScale(state.scale)
        || !(state.reference >= 0 && Double.isFinite(state.reference))
        || !Double.isFinite(state.sum)
        || state.reads < 0
        || state.reads >= LossBound.BLOCK) {
      throw new IllegalArgumentException("values are out of range: " + text);
    }
    return state;
  }

  /** Whether rollbacks can have multiplied the learning rate by this. */
  static boolean isScale(double scale) {
    return scale > 0 && scale <= 1;
  }
}
