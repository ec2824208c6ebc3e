package dev.tidemill.contract;

import dev.tidemill.schemas.FeatureStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a column saw: whether its values are numbers, their moments (Welford, "Note on
 * a Method for Calculating Corrected Sums of Squares and Products", 1962), a sample of them, and
 * the different texts. Memory is bounded. One thread.
 */
public final class ColumnSurvey {
  /** Different texts that are remembered; a column with more is neither classes nor categories. */
  public static final int MAX_TEXTS = 10_000;

  private static final int RESERVOIR = 8_192;
  private static final int BINS = 10;

  private final String name;
  private final Map<String, Long> texts = new HashMap<>();
  private final double[] reservoir = new double[RESERVOIR];
  private final SplittableRandom random = new SplittableRandom(1);
  private boolean tooManyTexts;
  private boolean numbersAfterText;
  private boolean numeric = true;
  private boolean whole = true;
  private boolean logical = true;
  private String firstText = "";
  private long firstTextAt = -1;
  private long firstMissingAt = -1;
  private long samples;
  private long missing;
  private long numbers;
  private long logicals;
  private double mean;
  private double squares;
  private double minimum = Double.POSITIVE_INFINITY;
  private double maximum = Double.NEGATIVE_INFINITY;

  public ColumnSurvey(String name) {
    this.name = name;
  }

  /**
   * Adds a value.
   *
   * @param raw a Number, a Boolean, a CharSequence, or null; an empty text is missing
   */
  public void add(@Nullable Object raw) {
    samples++;
    String text = raw == null ? "" : text(raw);
    if (text.isEmpty()) {
      missing++;
      firstMissingAt = firstMissingAt < 0 ? samples - 1 : firstMissingAt;
      return;
    }
    addText(text);
    boolean isLogical = raw instanceof Boolean || NumberText.isLogical(text);
    logical &= isLogical;
    logicals += isLogical && numeric ? 1 : 0;
    double value = raw instanceof Number number ? number.doubleValue() : NumberText.parse(text);
    if (isLogical) {
      value = text.equalsIgnoreCase("true") ? 1 : 0;
      whole = false; // Their texts are no numbers.
    }
    if (!Float.isFinite((float) value)) {
      numeric = false;
      firstText = firstTextAt < 0 ? text : firstText;
      firstTextAt = firstTextAt < 0 ? samples - 1 : firstTextAt;
    } else if (numeric) {
      addNumber(value);
    } else {
      numbersAfterText |= !isLogical;
    }
  }

  private static String text(Object raw) {
    return raw instanceof Number number ? NumberText.text(number) : raw.toString().strip();
  }

  private void addText(String text) {
    if (tooManyTexts) {
      return;
    }
    texts.merge(text, 1L, Long::sum);
    if (texts.size() > MAX_TEXTS) {
      tooManyTexts = true;
      texts.clear();
    }
  }

  private void addNumber(double value) {
    whole &= NumberText.isWhole(value);
    if (numbers < RESERVOIR) {
      reservoir[(int) numbers] = value;
    } else {
      long at = random.nextLong(numbers + 1);
      if (at < RESERVOIR) {
        reservoir[(int) at] = value;
      }
    }
    numbers++;
    double before = value - mean;
    mean += before / numbers;
    squares += before * (value - mean);
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }

  public String name() {
    return name;
  }

  public long samples() {
    return samples;
  }

  /** Samples without a value. */
  public long missing() {
    return missing;
  }

  /** Number of the first sample without a value, from 0; -1 if all have one. */
  public long firstMissingAt() {
    return firstMissingAt;
  }

  /** Whether some values are numbers and others are texts. */
  boolean isMixed() {
    return !numeric && (numbersAfterText || numbers > logicals);
  }

  /** The first value that is not a number. */
  String firstText() {
    return firstText;
  }

  /** Number of the sample with {@link #firstText}. */
  long firstTextAt() {
    return firstTextAt;
  }

  /** Whether all values are numbers, or all are true or false. */
  boolean isNumeric() {
    return numbers > 0 && (numeric || logical);
  }

  /** Whether all values are whole numbers. */
  boolean isWhole() {
    return isNumeric() && whole && !logical;
  }

  /** Whether all values are true or false. */
  boolean isLogical() {
    return numbers > 0 && logical;
  }

  /** Whether there are more than {@link #MAX_TEXTS} different values. */
  public boolean hasTooManyTexts() {
    return tooManyTexts;
  }

  /** The different values: whole numbers by size, other texts in alphabetical order. */
  public List<String> texts() {
    List<String> sorted = new ArrayList<>(texts.keySet());
    sorted.sort(
        isWhole()
            ? Comparator.comparingDouble(Double::parseDouble)
            : Comparator.<String>naturalOrder());
    return sorted;
  }

  /** How often each of the values occurs. */
  List<Long> counts(List<String> of) {
    return of.stream().map(text -> texts.getOrDefault(text, 0L)).toList();
  }

  double mean() {
    return mean;
  }

  /** The smallest number. */
  double minimum() {
    return minimum;
  }

  /** The largest number. */
  double maximum() {
    return maximum;
  }

  /** The population standard deviation; 1 for a constant column. */
  double deviation() {
    double found = Math.sqrt(squares / Math.max(1, numbers));
    return found > 0 && Double.isFinite(found) ? found : 1;
  }

  /** The median of the values, or of a random sample of {@value #RESERVOIR}. */
  double median() {
    double[] sorted = sorted();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private double[] sorted() {
    double[] sorted = Arrays.copyOf(reservoir, (int) Math.min(numbers, RESERVOIR));
    Arrays.sort(sorted);
    return sorted;
  }

  /** Returns the distribution of numbers; the bins hold about equally many of them. */
  FeatureStatistics ofNumbers() {
    double[] sorted = sorted();
    List<Double> edges = new ArrayList<>();
    for (int i = 1; i < BINS && sorted.length > 0; i++) {
      double edge = sorted[(int) ((long) i * (sorted.length - 1) / BINS)];
      if (edges.isEmpty() || edge > edges.get(edges.size() - 1)) {
        edges.add(edge);
      }
    }
    long[] counts = new long[edges.size() + 1];
    for (double value : sorted) {
      counts[Bins.of(value, edges)]++;
    }
    return statistics()
        .setMean(mean)
        .setDeviation(Math.sqrt(squares / Math.max(1, numbers)))
        .setMinimum(minimum)
        .setMaximum(maximum)
        .setEdges(edges)
        .setCounts(Arrays.stream(counts).boxed().toList())
        .build();
  }

  /** Returns the distribution over categories. */
  FeatureStatistics ofCategories(List<String> categories) {
    return statistics().setCounts(counts(categories)).build();
  }

  private FeatureStatistics.Builder statistics() {
    return FeatureStatistics.newBuilder().setSamples(samples).setMissing(missing);
  }
}
