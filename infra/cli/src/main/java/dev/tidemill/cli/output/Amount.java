package dev.tidemill.cli.output;

import java.util.Locale;

/** A number in a table, as people read it: to the right, like any number. */
public record Amount(String text) {

  /** With commas between thousands. */
  static Amount of(long number) {
    return new Amount(String.format(Locale.ROOT, "%,d", number));
  }

  /** Bytes in the unit that leaves one to four digits before the point. */
  public static Amount ofBytes(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return new Amount(
        String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]));
  }

  @Override
  public String toString() {
    return text;
  }
}
