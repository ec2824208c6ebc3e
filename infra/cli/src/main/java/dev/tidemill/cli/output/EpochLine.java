package dev.tidemill.cli.output;

import dev.tidemill.contract.TargetReport;
import dev.tidemill.trainer.EpochSummary;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats an epoch's results as one line. */
public final class EpochLine {
  private static final int MOST_TARGETS = 4;

  private EpochLine() {}

  /** Formats loss, accuracy or errors, samples, throughput and the number of refused records. */
  public static String of(EpochSummary epoch) {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d  loss %s  %s  %,d samples  %,.0f samples/s%s",
        epoch.epoch(),
        epoch.epochs(),
        figure(epoch.loss()),
        epoch.errors().isEmpty() ? "accuracy " + figure(epoch.accuracy()) : errors(epoch.errors()),
        epoch.samples(),
        epoch.samplesPerSecond(),
        refused(epoch.refusedRecords()));
  }

  /** The figures of the first targets; {@code models show} has those of all. */
  static String errors(List<TargetReport> targets) {
    int shown = Math.min(MOST_TARGETS, targets.size());
    return TargetReport.words(targets.subList(0, shown))
        + (shown == targets.size() ? "" : ", and " + (targets.size() - shown) + " more targets");
  }

  /** The last part of a line; empty if no record was refused. */
  static String refused(long records) {
    return records == 0 ? "" : String.format(Locale.ROOT, "  %,d records refused", records);
  }

  /** Formats four decimals, or a dash for null and NaN. */
  public static String figure(@Nullable Double value) {
    return value == null || value.isNaN() ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }
}
