package dev.tidemill.contract;

import dev.tidemill.schemas.CategoryEncoding;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.FeatureStatistics;
import dev.tidemill.schemas.MissingValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Compares the prepared elements of one feature with the distribution that the contract was derived
 * from. It compares elements, not raw values, so that rounding moves no value into another bin.
 */
final class FeatureDrift {
  /** How much the share of missing values, or of those outside the range, may grow. */
  private static final double SHARE_MARGIN = 0.1;

  /** How much the share of one bin may grow; the index of few samples hides even a large change. */
  private static final double BIN_MARGIN = 0.5;

  private final Feature feature;
  private final FeatureStatistics reference;
  private final int offset;
  private final int width;
  private final boolean oneHot;
  private final boolean filledUnmarked;
  private final List<Double> edges = new ArrayList<>();
  private final double minimum;
  private final double maximum;
  private final double fill;
  private final long[] known;

  /**
   * @param reference the feature's own
   * @param offset of the feature's first element in a sample
   */
  FeatureDrift(Feature feature, FeatureStatistics reference, int offset) {
    this.feature = feature;
    this.reference = reference;
    this.offset = offset;
    this.width = Contract.width(feature);
    this.oneHot =
        feature.getKind() == FeatureKind.CATEGORY
            && feature.getEncoding() == CategoryEncoding.ONE_HOT;
    boolean filled = feature.getMissing() == MissingValues.FILL;
    this.filledUnmarked = filled && !feature.getIndicator();
    reference.getEdges().forEach(edge -> edges.add(element(edge)));
    this.minimum = element(reference.getMinimum());
    this.maximum = element(reference.getMaximum());
    this.fill = filled ? fill(feature) : Double.NaN;
    this.known = reference.getCounts().stream().mapToLong(Long::longValue).toArray();
    if (filledUnmarked) {
      addFilled();
    }
  }

  private double fill(Feature of) {
    String given = of.getFill();
    if (of.getKind() == FeatureKind.CATEGORY) {
      return given == null ? -1 : of.getCategories().indexOf(given);
    }
    return given == null ? 0 : element(NumberText.parse(given));
  }

  /** Returns a number's element, as it is prepared. */
  private double element(double raw) {
    return (float) ((raw - feature.getMean()) / feature.getDeviation());
  }

  /** Adds the values that were missing to the reference, because they cannot be told apart. */
  private void addFilled() {
    int bin = bin(fill);
    long present = reference.getSamples() - reference.getMissing();
    if (bin >= 0 && bin < known.length && present > 0) {
      // The counts may be those of a random sample.
      known[bin] +=
          Math.round((double) PopulationStability.total(known) * reference.getMissing() / present);
    }
  }

  private int bin(double value) {
    return feature.getKind() == FeatureKind.CATEGORY ? (int) value : Bins.of(value, edges);
  }

  /**
   * Returns what is out of bounds.
   *
   * @param limit for the population stability index, above what chance explains
   */
  Optional<String> fault(FeatureCounts counts, double limit) {
    String share = share(counts.samples(), counts.missing(), counts.outside());
    return share == null ? index(counts.bins(), counts.mean(), limit) : Optional.of(share);
  }

  FeatureCounts noCounts() {
    return new FeatureCounts(known.length);
  }

  /**
   * Counts the feature's values in some samples.
   *
   * @param samples number of samples
   * @param length elements of a sample
   * @param elements returns an element by its index, over all samples
   */
  void count(int samples, int length, IntToDoubleFunction elements, FeatureCounts into) {
    boolean number = feature.getKind() != FeatureKind.CATEGORY;
    for (int i = 0; i < samples; i++) {
      int at = i * length + offset;
      if (feature.getIndicator() && elements.applyAsDouble(at + width - 1) != 0) {
        into.addMissing();
        continue;
      }
      double value = oneHot ? hot(at, elements) : elements.applyAsDouble(at);
      if (oneHot && value < 0) {
        into.addMissing(); // No category, which is how a missing one is prepared.
        continue;
      }
      into.add(value, bin(value), number && isOutside(value));
    }
  }

  /** Returns the counts beside the reference, in the units of the raw values. */
  FeatureComparison compare(FeatureCounts counts, double limit) {
    boolean measured = reference.getSamples() > 0;
    boolean number = feature.getKind() != FeatureKind.CATEGORY;
    boolean any = counts.samples() > counts.missing();
    boolean binned =
        PopulationStability.total(counts.bins()) > 0 && PopulationStability.total(known) > 0;
    return new FeatureComparison(
        feature.getName(),
        counts.samples(),
        filledUnmarked ? null : counts.missing(),
        counts.outside(),
        number && any ? raw(counts.mean()) : null,
        number && any ? counts.deviation() * feature.getDeviation() : null,
        number && measured ? reference.getMean() : null,
        number && measured ? reference.getDeviation() : null,
        binned ? PopulationStability.index(counts.bins(), known) : null,
        number ? List.of() : feature.getCategories(),
        Arrays.stream(counts.bins()).boxed().toList(),
        Arrays.stream(known).boxed().toList(),
        counts.samples() < DriftCheck.MIN_SAMPLES ? null : fault(counts, limit).orElse(null));
  }

  /** Returns the number of the category; -1 if all elements are 0. */
  private int hot(int at, IntToDoubleFunction elements) {
    for (int i = 0; i < feature.getCategories().size(); i++) {
      if (elements.applyAsDouble(at + i) != 0) {
        return i;
      }
    }
    return -1;
  }

  private boolean isOutside(double value) {
    return (value < minimum || value > maximum) && !(filledUnmarked && value == fill);
  }

  private @Nullable String share(long samples, long missing, long outside) {
    long of = reference.getSamples();
    if (of == 0) {
      return null;
    }
    if (PopulationStability.isLarger(SHARE_MARGIN, missing, samples, reference.getMissing(), of)) {
      return text(
          "%s of %d values are missing, instead of %s"
              .formatted(percent(missing, samples), samples, percent(reference.getMissing(), of)));
    }
    if (PopulationStability.isLarger(SHARE_MARGIN, outside, samples, 0, of)) {
      return text(
          "%s of %d values are outside the reference's range, %s to %s"
              .formatted(
                  percent(outside, samples),
                  samples,
                  shown(reference.getMinimum()),
                  shown(reference.getMaximum())));
    }
    return null;
  }

  private Optional<String> index(long[] counts, double mean, double limit) {
    if (PopulationStability.total(counts) == 0 || PopulationStability.total(known) == 0) {
      return Optional.empty();
    }
    double index = PopulationStability.index(counts, known);
    double bound = limit + PopulationStability.chance(counts, known);
    if (index <= bound) {
      return bin(counts, mean);
    }
    return Optional.of(
        text(
            "the population stability index is %s, above %s; %s"
                .formatted(shown(index), shown(bound), figures(counts, mean))));
  }

  private Optional<String> bin(long[] counts, double mean) {
    long samples = PopulationStability.total(counts);
    long of = PopulationStability.total(known);
    int most = mostChanged(counts, known);
    return PopulationStability.isLarger(BIN_MARGIN, counts[most], samples, known[most], of)
        ? Optional.of(
            text(
                "%s of %d values are in one bin, instead of %s; %s"
                    .formatted(
                        percent(counts[most], samples),
                        samples,
                        percent(known[most], of),
                        figures(counts, mean))))
        : Optional.empty();
  }

  private String figures(long[] counts, double mean) {
    if (feature.getKind() != FeatureKind.CATEGORY) {
      return "the mean is %s instead of %s".formatted(shown(raw(mean)), shown(reference.getMean()));
    }
    int most = mostChanged(counts, known);
    return "`%s` has a share of %s instead of %s"
        .formatted(
            feature.getCategories().get(most),
            percent(counts[most], PopulationStability.total(counts)),
            percent(known[most], PopulationStability.total(known)));
  }

  /** Returns an element's raw value; 0 where rounding leaves almost nothing. */
  private double raw(double element) {
    double raw = element * feature.getDeviation() + feature.getMean();
    return Math.abs(raw) < 1e-6 * feature.getDeviation() ? 0 : raw;
  }

  /** Returns the place whose share changed most. */
  static int mostChanged(long[] counts, long[] reference) {
    double of = PopulationStability.total(counts);
    double known = PopulationStability.total(reference);
    int most = 0;
    double largest = -1;
    for (int i = 0; i < counts.length; i++) {
      double change = Math.abs(counts[i] / of - reference[i] / known);
      if (change > largest) {
        most = i;
        largest = change;
      }
    }
    return most;
  }

  private String text(String sentence) {
    return "feature `" + feature.getName() + "`: " + sentence;
  }

  static String percent(long part, long of) {
    return String.format(Locale.ROOT, "%.0f %%", 100.0 * part / of);
  }

  static String shown(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
