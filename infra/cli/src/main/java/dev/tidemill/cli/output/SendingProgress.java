package dev.tidemill.cli.output;

import dev.tidemill.producer.SendListener;
import dev.tidemill.producer.SendProgress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows how far a producer is: what the brokers have committed, and nothing else. */
public final class SendingProgress implements SendListener {
  private final Terminal terminal;
  private @Nullable ProgressBar bar;

  public SendingProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void progressed(SendProgress progress) {
    ProgressBar shown = bar;
    if (shown == null) {
      if (progress.before() > 0) {
        print("continues behind %,d samples that were sent before", progress.before());
      }
      shown = new ProgressBar(terminal, "samples", progress.total(), System::nanoTime);
      bar = shown;
    }
    shown.update(progress.reached());
  }

  @Override
  public void refused(String reason) {
    print("left out: %s", reason);
  }

  @Override
  public void notice(String notice) {
    print("%s", notice);
  }

  /**
   * Says what came of it.
   *
   * @param rerun what another run of the same command would send
   */
  public void end(SendProgress progress, Rerun rerun) {
    ProgressBar shown = bar;
    if (shown == null) {
      return; // It failed before it began.
    }
    if (progress.nothingLeft()) {
      print("nothing left to send: all %,d samples were sent before", progress.before());
      return;
    }
    shown.end(progress.reached());
    print(
        "sent %,d samples in %,d records%s",
        progress.samples(),
        progress.records(),
        progress.refused() == 0
            ? ""
            : String.format(Locale.ROOT, ", left out %,d", progress.refused()));
    if (progress.unsent() > 0) {
      print("%,d samples that were read were not committed", progress.unsent());
    }
    if (!progress.isSentWhole()) {
      print("%s", rerun.advice(progress));
    }
  }

  /** What another run of the same command sends. */
  public enum Rerun {
    /** What this one has not sent. */
    CONTINUES,
    /** All that this one has sent, too. */
    BEGINS,
    /** Other data: what this one has read is gone from its source. */
    READS_ON;

    String advice(SendProgress progress) {
      return switch (this) {
        case CONTINUES ->
            String.format(
                Locale.ROOT,
                "run the same command again: it continues at sample %,d%s",
                progress.reached(),
                progress.unsent() == 0 ? "" : ", or behind it if the last commit went through");
        case BEGINS -> "run the same command again: it begins at sample 0";
        case READS_ON ->
            String.format(
                Locale.ROOT,
                "they cannot be read again: give the input again from sample %,d on",
                progress.reached());
      };
    }
  }

  private void print(String format, Object... values) {
    terminal.line("produce: " + String.format(Locale.ROOT, format, values));
  }
}
