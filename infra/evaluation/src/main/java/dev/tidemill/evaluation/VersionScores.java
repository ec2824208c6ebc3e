package dev.tidemill.evaluation;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * How well one version answered, by the labels that were joined with its predictions. A version has
 * either classes or targets.
 *
 * @param version the version
 * @param count predictions that were compared with a label
 * @param correct those whose class was the label; 0 for targets
 * @param confusion predictions by label, and then by predicted class; empty for targets, and for a
 *     model with more than {@link #MAX_MATRIX_CLASSES} classes
 * @param targets the errors of each target, in order; empty for classes
 */
public record VersionScores(
    long version,
    long count,
    long correct,
    SortedMap<Integer, SortedMap<Integer, Long>> confusion,
    List<TargetScore> targets) {
  /** The most classes that a confusion matrix is kept of. */
  public static final int MAX_MATRIX_CLASSES = 100;

  /**
   * The errors of one target, in its own unit.
   *
   * @param mae mean absolute error
   * @param rmse root of the mean squared error
   */
  public record TargetScore(double mae, double rmse) {}

  /** Share of the predictions whose class was the label; empty for targets. */
  public OptionalDouble accuracy() {
    return targets.isEmpty() && count > 0
        ? OptionalDouble.of((double) correct / count)
        : OptionalDouble.empty();
  }

  /** Predictions of one class for samples of another, or of the same one. */
  public long confused(int label, int predicted) {
    Map<Integer, Long> row = confusion.get(label);
    return row == null ? 0 : row.getOrDefault(predicted, 0L);
  }
}
