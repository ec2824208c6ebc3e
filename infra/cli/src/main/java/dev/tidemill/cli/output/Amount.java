package dev.tidemill.cli.output;

import java.util.Locale;

/** A number formatted for a table. Tables align it to the right, like other numbers. */
public record Amount(String text) {

  /** Formats with commas between thousands. */
  static Amount of(long number) {
    return new Amount(String.format(Locale.ROOT, "%,d", number));
  }

  /** Formats bytes in the largest unit that fits, for example {@code 3.1 KiB}. */
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
