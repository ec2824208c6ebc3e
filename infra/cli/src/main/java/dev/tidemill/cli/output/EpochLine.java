package dev.tidemill.cli.output;

import dev.tidemill.trainer.EpochSummary;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An epoch as one line. */
public final class EpochLine {
  private EpochLine() {}

  /** Its loss and accuracy, how many samples, how fast, and how many records were refused. */
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

  /** The end of a line: empty where none was refused. */
  static String refused(long records) {
    return records == 0 ? "" : String.format(Locale.ROOT, "  %,d records refused", records);
  }

  /** Four decimals; a dash where there is no figure. */
  public static String figure(@Nullable Double value) {
    return value == null || value.isNaN() ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }
}
