package dev.tidemill.contract;

import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Compares the scalar features of prepared samples with the data that a contract was derived from.
 * A contract whose samples are images or sequences has no scalar features. One thread.
 */
public final class FeatureMonitor {
  private static final FeatureStatistics UNMEASURED =
      FeatureStatistics.newBuilder().setSamples(0).setMissing(0).build();

  private final int length;
  private final List<FeatureDrift> features = new ArrayList<>();
  private final List<FeatureCounts> counts = new ArrayList<>();

  public FeatureMonitor(Contract contract) {
    this.length = contract.isTable() ? contract.width() : 0;
    int offset = 0;
    for (Feature feature : contract.isTable() ? contract.features() : List.<Feature>of()) {
      FeatureStatistics reference = feature.getReference();
      FeatureDrift drift =
          new FeatureDrift(feature, reference == null ? UNMEASURED : reference, offset);
      features.add(drift);
      counts.add(drift.noCounts());
      offset += Contract.width(feature);
    }
  }

  /**
   * Adds samples that were prepared with the contract.
   *
   * @param samples number of samples
   * @param elements returns an element by its index, over all samples
   */
  public void add(int samples, IntToDoubleFunction elements) {
    for (int i = 0; i < features.size(); i++) {
      features.get(i).count(samples, length, elements, counts.get(i));
    }
  }

  /**
   * Returns all features in the contract's order.
   *
   * @param limit the largest population stability index that is no finding, above what chance
   *     explains
   */
  public List<FeatureComparison> compare(double limit) {
    List<FeatureComparison> all = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      all.add(features.get(i).compare(counts.get(i), limit));
    }
    return all;
  }
}
