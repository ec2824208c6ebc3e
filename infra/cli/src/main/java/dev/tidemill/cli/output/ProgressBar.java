package dev.tidemill.cli.output;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Shows progress, rate and remaining time. Draws a bar on a terminal, and prints a line every five
 * seconds in a pipe.
 */
final class ProgressBar {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long LINE_NANOS = 5_000_000_000L;
  private static final int WIDTH = 30;

  private final Terminal terminal;
  private final String unit;
  private final OptionalLong total;
  private final LongSupplier nanoTime;
  private final long began;
  private long shown;

  /**
   * @param unit what is counted, e.g. {@code samples}
   */
  ProgressBar(Terminal terminal, String unit, OptionalLong total, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.unit = unit;
    this.total = total;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
    this.shown = began;
  }

  /** Shows the progress if the last output is old enough. */
  void update(long done) {
    long now = nanoTime.getAsLong();
    if (terminal.interactive() && now - shown >= REDRAW_NANOS) {
      shown = now;
      terminal.draw(text(done, now));
    } else if (!terminal.interactive() && now - shown >= LINE_NANOS) {
      shown = now;
      terminal.line(text(done, now));
    }
  }

  /** Prints the final state as a permanent line. */
  void end(long done) {
    terminal.draw("");
    terminal.line(text(done, nanoTime.getAsLong()));
  }

  private String text(long done, long now) {
    double rate = done / Math.max(1e-9, (now - began) / 1e9);
    if (total.isEmpty()) {
      return String.format(Locale.ROOT, "%,d %s  %,.0f/s", done, unit, rate);
    }
    double share = total.getAsLong() == 0 ? 1 : (double) done / total.getAsLong();
    String left =
        done < total.getAsLong() && rate > 0
            ? String.format(Locale.ROOT, "  %.0f s left", (total.getAsLong() - done) / rate)
            : "";
    int full = (int) Math.round(Math.min(1, share) * WIDTH);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f %%  %,d of %,d %s  %,.0f/s%s",
        "#".repeat(full),
        ".".repeat(WIDTH - full),
        share * 100,
        done,
        total.getAsLong(),
        unit,
        rate,
        left);
  }
}
