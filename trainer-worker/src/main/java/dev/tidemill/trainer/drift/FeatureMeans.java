package dev.tidemill.trainer.drift;

import dev.tidemill.contract.Contract;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.FeatureStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares the mean of each number of a step with the data that the contract was derived from. The
 * distance of a feature is d / (1 + d), for a mean that is d standard deviations of the samples
 * away. Reads up to {@value #MAX_FEATURES} features, the first ones. Allocates nothing after
 * construction. One thread.
 */
final class FeatureMeans {
  /** Watching more takes longer than it is worth. */
  static final int MAX_FEATURES = 64;

  private final int width;
  private final List<String> names = new ArrayList<>();
  private final int[] elements = new int[MAX_FEATURES];
  private final double[] means = new double[MAX_FEATURES];
  private final double[] deviations = new double[MAX_FEATURES];
  private final double[] sums = new double[MAX_FEATURES];

  FeatureMeans(Contract contract) {
    this.width = contract.isTable() ? contract.width() : 0;
    int element = 0;
    for (Feature feature : contract.isTable() ? contract.features() : List.<Feature>of()) {
      FeatureStatistics reference = feature.getReference();
      if (feature.getKind() == FeatureKind.NUMBER
          && reference != null
          && reference.getDeviation() > 0
          && names.size() < MAX_FEATURES) {
        int at = names.size();
        elements[at] = element;
        means[at] = (reference.getMean() - feature.getMean()) / feature.getDeviation();
        deviations[at] = reference.getDeviation() / feature.getDeviation();
        names.add(feature.getName());
      }
      element += Contract.width(feature);
    }
  }

  /** Whether the contract has no number with a reference, so that nothing is compared. */
  boolean isEmpty() {
    return names.isEmpty();
  }

  /** Reads a batch, and returns the mean distance of its features, from 0 to below 1. */
  double read(TensorBatch batch) {
    Arrays.fill(sums, 0);
    for (int s = 0; s < batch.slices(); s++) {
      TensorBatch.Slice slice = batch.slice(s);
      for (int i = slice.first(); i < slice.first() + slice.count(); i++) {
        for (int f = 0; f < names.size(); f++) {
          double stored = slice.inputType().value(slice.inputs(), i * width + elements[f]);
          sums[f] += stored * slice.scale() + slice.offset();
        }
      }
    }
    double all = 0;
    for (int f = 0; f < names.size(); f++) {
      double distance = Math.abs(sums[f] / batch.size() - means[f]) / deviations[f];
      sums[f] = distance / (1 + distance);
      all += sums[f];
    }
    return all / names.size();
  }

  /** Returns the feature with the largest distance in the last batch. */
  String farthest() {
    int farthest = 0;
    for (int f = 1; f < names.size(); f++) {
      farthest = sums[f] > sums[farthest] ? f : farthest;
    }
    return names.get(farthest);
  }
}
