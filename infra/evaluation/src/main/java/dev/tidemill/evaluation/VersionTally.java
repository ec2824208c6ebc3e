package dev.tidemill.evaluation;

import dev.tidemill.evaluation.VersionScores.TargetScore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sums up the comparisons of one version. */
final class VersionTally {
  private final long version;

  /** Outputs of the version's first prediction; all predictions of a version have as many. */
  private final int outputs;

  private final boolean isClass;
  private final SortedMap<Integer, SortedMap<Integer, Long>> confusion = new TreeMap<>();
  private final double[] absolute;
  private final double[] squared;
  private long count;
  private long correct;

  /**
   * @param first a prediction of the version
   */
  VersionTally(Answered first) {
    this.version = first.version();
    this.isClass = first.predicted() != null;
    this.outputs = isClass ? first.classes() : first.values().size();
    this.absolute = new double[first.values().size()];
    this.squared = new double[first.values().size()];
  }

  /** Adds a comparison; returns false if the prediction is not of the first one's kind. */
  boolean add(Answered answer, Expected expected) {
    Integer predicted = answer.predicted();
    Integer label = expected.label();
    int size = predicted == null ? answer.values().size() : answer.classes();
    if (size != outputs || (predicted != null) != isClass) {
      return false;
    }
    count++;
    if (predicted != null && label != null) {
      add(label, predicted);
    } else {
      for (int i = 0; i < absolute.length; i++) {
        double error = (double) answer.values().get(i) - expected.targets().get(i);
        absolute[i] += Math.abs(error);
        squared[i] += error * error;
      }
    }
    return true;
  }

  private void add(int expected, int predicted) {
    correct += expected == predicted ? 1 : 0;
    if (outputs <= VersionScores.MAX_MATRIX_CLASSES) {
      confusion.computeIfAbsent(expected, added -> new TreeMap<>()).merge(predicted, 1L, Long::sum);
    }
  }

  VersionScores scores() {
    SortedMap<Integer, SortedMap<Integer, Long>> copy = new TreeMap<>();
    confusion.forEach(
        (label, row) -> copy.put(label, Collections.unmodifiableSortedMap(new TreeMap<>(row))));
    List<TargetScore> targets = new ArrayList<>();
    for (int i = 0; i < absolute.length; i++) {
      targets.add(new TargetScore(absolute[i] / count, Math.sqrt(squared[i] / count)));
    }
    return new VersionScores(
        version,
        count,
        correct,
        Collections.unmodifiableSortedMap(copy),
        Collections.unmodifiableList(targets));
  }
}
