package dev.tidemill.cli.output;

import dev.tidemill.trainer.EpochSummary;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats an epoch's results as one line. */
public final class EpochLine {
  private EpochLine() {}

  /** Formats loss, accuracy, samples, throughput and the number of refused records. */
  public static String of(EpochSummary epoch) {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d  loss %s  accuracy %s  %,d samples  %,.0f samples/s%s",
        epoch.epoch(),
        epoch.epochs(),
        figure(epoch.loss()),
        figure(epoch.accuracy()),
        epoch.samples(),
        epoch.samplesPerSecond(),
        refused(epoch.refusedRecords()));
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
