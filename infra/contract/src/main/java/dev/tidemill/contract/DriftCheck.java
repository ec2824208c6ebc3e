package dev.tidemill.contract;

import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntToDoubleFunction;

/**
 * Compares batches with the distributions that a contract was derived from: of each scalar feature
 * the missing values, the range and the distribution over the reference's bins, and of class labels
 * the shares. It finds a change only beyond what chance explains in so few samples, so that small
 * batches pass unless they differ much. Features and labels without a reference pass. Any thread.
 */
public final class DriftCheck {
  /** A smaller batch passes, because chance explains any difference. */
  public static final int MIN_SAMPLES = 20;

  private final double limit;
  private final int length;
  private final List<FeatureDrift> features = new ArrayList<>();
  private final List<String> classes;
  private final long[] classCounts;

  /**
   * @param limit the largest population stability index that is accepted, above what chance
   *     explains
   */
  public DriftCheck(Contract contract, double limit) {
    this.limit = limit;
    this.length = contract.isTable() ? contract.width() : 0;
    if (contract.isTable()) {
      int offset = 0;
      for (Feature feature : contract.features()) {
        FeatureStatistics reference = feature.getReference();
        if (reference != null) {
          features.add(new FeatureDrift(feature, reference, offset));
        }
        offset += Contract.width(feature);
      }
    }
    this.classes = contract.classes();
    this.classCounts =
        contract
            .label()
            .map(label -> label.getClassCounts().stream().mapToLong(Long::longValue).toArray())
            .orElse(new long[0]);
  }

  /**
   * Returns the first thing that is out of bounds; names the feature and both figures.
   *
   * @param samples number of samples
   * @param elements returns an element of the inputs by its index, over all samples
   * @param labels returns a class number by its index; empty if labels are no classes
   * @param labelCount number of labels
   */
  public Optional<String> fault(
      int samples, IntToDoubleFunction elements, IntToDoubleFunction labels, int labelCount) {
    if (samples < MIN_SAMPLES) {
      return Optional.empty();
    }
    for (FeatureDrift feature : features) {
      FeatureCounts counts = feature.noCounts();
      feature.count(samples, length, elements, counts);
      Optional<String> fault = feature.fault(counts, limit);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return classCounts.length == 0 ? Optional.empty() : labelFault(labels, labelCount);
  }

  /** Compares the classes that the reference has; those that were added later have none there. */
  private Optional<String> labelFault(IntToDoubleFunction labels, int labelCount) {
    long[] counts = new long[classCounts.length];
    for (int i = 0; i < labelCount; i++) {
      int number = (int) labels.applyAsDouble(i);
      if (number >= 0 && number < counts.length && classCounts[number] > 0) {
        counts[number]++;
      }
    }
    if (PopulationStability.total(counts) < MIN_SAMPLES) {
      return Optional.empty();
    }
    double index = PopulationStability.index(counts, classCounts);
    double bound = limit + PopulationStability.chance(counts, classCounts);
    OptionalInt most =
        index > bound
            ? OptionalInt.of(FeatureDrift.mostChanged(counts, classCounts))
            : OptionalInt.empty();
    return most.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "label: the population stability index is %s, above %s; `%s` has a share of %s instead of %s"
                .formatted(
                    FeatureDrift.shown(index),
                    FeatureDrift.shown(bound),
                    classes.get(most.getAsInt()),
                    FeatureDrift.percent(
                        counts[most.getAsInt()], PopulationStability.total(counts)),
                    FeatureDrift.percent(
                        classCounts[most.getAsInt()], PopulationStability.total(classCounts))));
  }
}
