package dev.tidemill.contract;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * How well classes were predicted: the confusion matrix, and per class precision, recall and F1, as
 * scikit-learn's {@code classification_report} defines them. One thread.
 */
public final class ClassReport {
  /** Above this number of classes, the matrix is too wide to read. */
  private static final int MAX_MATRIX = 20;

  private final Map<Long, Long> counts = new HashMap<>();
  private final TreeSet<Integer> classes = new TreeSet<>();
  private long samples;
  private long correct;

  /** Adds samples of one class that were all predicted as one class. */
  public void add(int expected, int predicted, long count) {
    if (count > 0) {
      counts.merge(key(expected, predicted), count, Long::sum);
      classes.add(expected);
      classes.add(predicted);
      samples += count;
      correct += expected == predicted ? count : 0;
    }
  }

  private static long key(int expected, int predicted) {
    return (long) expected << 32 | predicted;
  }

  public boolean isEmpty() {
    return samples == 0;
  }

  public long samples() {
    return samples;
  }

  /** Samples of one class that were predicted as another, or as the same one. */
  public long count(int expected, int predicted) {
    return counts.getOrDefault(key(expected, predicted), 0L);
  }

  /** Share of correct predictions; NaN without samples. */
  public double accuracy() {
    return ratio(correct, samples);
  }

  /**
   * The figures of one class. A ratio without samples is 0.
   *
   * @param support samples of the class
   */
  public record Score(int number, double precision, double recall, double f1, long support) {}

  /** Returns the figures of each class that occurs, by number. */
  public List<Score> scores() {
    return classes.stream().map(this::score).toList();
  }

  private Score score(int number) {
    long hit = count(number, number);
    long support = classes.stream().mapToLong(other -> count(number, other)).sum();
    long predicted = classes.stream().mapToLong(other -> count(other, number)).sum();
    double precision = zeroIfNone(hit, predicted);
    double recall = zeroIfNone(hit, support);
    double f1 = hit == 0 ? 0 : 2 * precision * recall / (precision + recall);
    return new Score(number, precision, recall, f1, support);
  }

  private static double zeroIfNone(long part, long whole) {
    return whole == 0 ? 0 : ratio(part, whole);
  }

  private static double ratio(long part, long whole) {
    return (double) part / whole;
  }

  /** Returns the mean F1 over the classes, each counting the same; NaN without samples. */
  public double macroF1() {
    return scores().stream().mapToDouble(Score::f1).average().orElse(Double.NaN);
  }

  /**
   * Returns the report as lines of text: a row per class, then the matrix if it is narrow enough.
   *
   * @param names returns the name of a class
   */
  public List<String> lines(IntFunction<String> names) {
    int width =
        Math.max(
            5, classes.stream().mapToInt(number -> shown(names, number).length()).max().orElse(0));
    List<String> lines = new ArrayList<>();
    lines.add(row(width, "class", "precision", "recall", "F1", "samples"));
    for (Score score : scores()) {
      lines.add(
          row(
              width,
              shown(names, score.number()),
              figure(score.precision()),
              figure(score.recall()),
              figure(score.f1()),
              Long.toString(score.support())));
    }
    lines.add(
        row(width, "all", "", figure(accuracy()), figure(macroF1()), Long.toString(samples))
            + "  (recall: accuracy; F1: mean of the classes)");
    if (classes.size() <= MAX_MATRIX) {
      matrix(width, names, lines);
    }
    return lines;
  }

  private void matrix(int width, IntFunction<String> names, List<String> lines) {
    List<Integer> order = List.copyOf(classes);
    lines.add("");
    lines.add("predicted as, for samples of each class:");
    lines.add(
        pad("", width)
            + String.join("", order.stream().map(number -> cell(shown(names, number))).toList()));
    for (int expected : order) {
      StringBuilder line = new StringBuilder(pad(shown(names, expected), width));
      IntStream.range(0, order.size())
          .forEach(i -> line.append(cell(Long.toString(count(expected, order.get(i))))));
      lines.add(line.toString());
    }
  }

  private static String shown(IntFunction<String> names, int number) {
    String name = names.apply(number).replaceAll("\\p{Cntrl}", " ");
    return name.length() <= 24 ? name : name.substring(0, 23) + "…";
  }

  private static String row(int width, String name, String... cells) {
    StringBuilder line = new StringBuilder(pad(name, width));
    for (String each : cells) {
      line.append(cell(each));
    }
    return line.toString();
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String cell(String text) {
    String shown = text.length() <= 10 ? text : text.substring(0, 9) + "…";
    return " ".repeat(Math.max(1, 11 - shown.length())) + shown;
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
