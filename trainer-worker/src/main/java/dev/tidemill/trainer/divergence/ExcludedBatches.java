package dev.tidemill.trainer.divergence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Batch records that training leaves out, because it diverged with them. They become dead letters
 * in their epoch, and later epochs skip them.
 *
 * @param start the first offset
 * @param end the offset behind the last one
 * @param step with which training diverged
 */
public record ExcludedBatches(
    int partition, int epoch, long start, long end, long step, DivergenceCause cause) {
  private static final int FIELDS = 6;

  /** Returns which of them a record is among; the one of the earliest epoch. */
  public static Optional<ExcludedBatches> find(
      Collection<ExcludedBatches> among, int partition, long offset) {
    return among.stream()
        .filter(each -> each.partition == partition && each.start <= offset && offset < each.end)
        .min(Comparator.comparingInt(ExcludedBatches::epoch));
  }

  /** Merges ranges of one divergence that touch or overlap. */
  public static List<ExcludedBatches> merge(Collection<ExcludedBatches> ranges) {
    List<ExcludedBatches> merged = new ArrayList<>();
    ranges.stream()
        .sorted(
            Comparator.comparingInt(ExcludedBatches::partition)
                .thenComparingInt(ExcludedBatches::epoch)
                .thenComparingLong(ExcludedBatches::start))
        .forEach(
            next -> {
              int newest = merged.size() - 1;
              if (newest >= 0 && merged.get(newest).touches(next)) {
                ExcludedBatches before = merged.remove(newest);
                merged.add(before.upTo(Math.max(before.end, next.end)));
              } else {
                merged.add(next);
              }
            });
    return List.copyOf(merged);
  }

  private boolean touches(ExcludedBatches next) {
    return partition == next.partition && epoch == next.epoch && next.start <= end;
  }

  private ExcludedBatches upTo(long to) {
    return new ExcludedBatches(partition, epoch, start, to, step, cause);
  }

  /**
   * Says why a record is refused.
   *
   * @param trained how many of its samples a version was trained with before
   */
  public String reason(int trained) {
    return "training diverged: "
        + cause.describe(step)
        + ". This batch was part of that step, or of the one before. The model went back to its"
        + " newest version, and continued without this batch"
        + (trained == 0
            ? ""
            : ", whose first %d samples that version was trained with".formatted(trained));
  }

  /** Says how training diverged. */
  public String describeCause() {
    return cause.describe(step);
  }

  /** Lists ranges for an operator. */
  public static String describe(Collection<ExcludedBatches> ranges) {
    return ranges.stream()
        .map(
            each ->
                "partition %d offset%s"
                    .formatted(
                        each.partition,
                        each.end == each.start + 1
                            ? " " + each.start
                            : "s " + each.start + " to " + (each.end - 1)))
        .collect(Collectors.joining(", "));
  }

  /** Formats ranges without spaces. */
  static String text(Collection<ExcludedBatches> ranges) {
    return ranges.stream()
        .map(
            each ->
                each.partition
                    + ":"
                    + each.epoch
                    + ":"
                    + each.start
                    + ":"
                    + each.end
                    + ":"
                    + each.step
                    + ":"
                    + each.cause.word())
        .collect(Collectors.joining(","));
  }

  /**
   * Parses ranges.
   *
   * @throws IllegalArgumentException if the text is malformed
   */
  static List<ExcludedBatches> parse(String text) {
    return Stream.of(text.split(",", -1))
        .filter(each -> !each.isEmpty())
        .map(ExcludedBatches::parseOne)
        .toList();
  }

  private static ExcludedBatches parseOne(String text) {
    String[] fields = text.split(":", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("not a range of batches: " + text);
    }
    return new ExcludedBatches(
        Integer.parseInt(fields[0]),
        Integer.parseInt(fields[1]),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[4]),
        DivergenceCause.of(fields[5]));
  }
}
