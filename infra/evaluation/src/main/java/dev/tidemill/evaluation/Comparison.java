package dev.tidemill.evaluation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prediction that was compared with its label.
 *
 * @param version the version that answered
 * @param correct whether the class was the label; null for targets
 * @param differences prediction minus label of each target, in its own unit; empty for classes
 * @param prediction where the prediction is
 * @param label where the label is
 */
public record Comparison(
    long version,
    @Nullable Boolean correct,
    List<Double> differences,
    RecordAt prediction,
    RecordAt label) {

  /**
   * Returns the error, from 0 to 1: 0 or 1 for a class; l / (1 + l) for targets, where l is the
   * mean squared difference.
   *
   * @param deviations the unit of each difference; 1 for a target that has none
   */
  public double error(List<Double> deviations) {
    if (correct != null) {
      return correct ? 0 : 1;
    }
    double loss = 0;
    for (int i = 0; i < differences.size(); i++) {
      double unit = i < deviations.size() ? deviations.get(i) : 1;
      double difference = differences.get(i) / unit;
      loss += difference * difference / differences.size();
    }
    return Double.isFinite(loss) ? loss / (1 + loss) : 1;
  }

  static Comparison of(Answered answer, Expected expected, RecordAt prediction, RecordAt label) {
    Integer predicted = answer.predicted();
    if (predicted != null) {
      return new Comparison(
          answer.version(), predicted.equals(expected.label()), List.of(), prediction, label);
    }
    Double[] differences = new Double[expected.targets().size()];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = (double) answer.values().get(i) - expected.targets().get(i);
    }
    return new Comparison(answer.version(), null, List.of(differences), prediction, label);
  }
}
