package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.Batch;
import dev.tidemill.testbed.history.History;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks that each sample of a source is on the log once, in consecutive records. Compares the
 * numbers that the records of a source carry. Does not see which samples the source had, so the
 * caller says how many were acknowledged.
 */
public final class SentOnce {
  private SentOnce() {}

  /** Returns the records that repeat or leave out numbers. */
  public static List<Violation> check(History history) {
    List<Violation> violations = new ArrayList<>();
    bySource(history).values().forEach(batches -> checkSource(history, batches, violations));
    return violations;
  }

  /**
   * Like {@link #check}, and compares the number of samples of each source with those that its
   * producer reported as sent.
   *
   * @param acknowledged samples by source
   */
  public static List<Violation> check(History history, Map<String, Long> acknowledged) {
    List<Violation> violations = new ArrayList<>(check(history));
    Map<String, List<Batch>> bySource = bySource(history);
    acknowledged.forEach(
        (source, samples) -> {
          long found =
              bySource.getOrDefault(source, List.of()).stream().mapToLong(Batch::samples).sum();
          if (found != samples) {
            violations.add(
                new Violation(
                    Guarantee.SENT,
                    found < samples ? Anomaly.LOST_WRITE : Anomaly.DUPLICATE,
                    "source " + source,
                    "%d samples were acknowledged, %d are on the log".formatted(samples, found)));
          }
        });
    return violations;
  }

  private static Map<String, List<Batch>> bySource(History history) {
    Map<String, List<Batch>> bySource = new TreeMap<>();
    for (Batch batch : history.batches()) {
      if (batch.committed() && batch.readable()) {
        bySource.computeIfAbsent(batch.source(), source -> new ArrayList<>()).add(batch);
      }
    }
    bySource.values().forEach(batches -> batches.sort(Comparator.comparingLong(Batch::sequence)));
    return bySource;
  }

  private static void checkSource(
      History history, List<Batch> batches, List<Violation> violations) {
    // Retention may have removed the first records.
    Batch first = batches.get(0);
    boolean whole = history.logStarts().values().stream().allMatch(start -> start == 0);
    long sequence = whole ? 0 : first.sequence();
    long sample = whole ? 0 : first.firstSample();
    for (Batch batch : batches) {
      if (batch.sequence() < sequence) {
        violations.add(
            violation(
                Anomaly.DUPLICATE,
                batch,
                "record %d is on the log twice".formatted(batch.sequence())));
        continue;
      }
      if (batch.sequence() > sequence) {
        violations.add(
            violation(
                Anomaly.LOST_WRITE,
                batch,
                "record %d follows record %d".formatted(batch.sequence(), sequence - 1)));
      } else if (batch.firstSample() != sample) {
        violations.add(
            violation(
                batch.firstSample() > sample ? Anomaly.LOST_WRITE : Anomaly.DUPLICATE,
                batch,
                "begins with sample %d, not with %d".formatted(batch.firstSample(), sample)));
      }
      sequence = batch.sequence() + 1;
      sample = batch.firstSample() + batch.samples();
    }
  }

  private static Violation violation(Anomaly anomaly, Batch batch, String what) {
    return new Violation(
        Guarantee.SENT,
        anomaly,
        batch.at().toString(),
        "source %s: %s".formatted(batch.source(), what));
  }
}
