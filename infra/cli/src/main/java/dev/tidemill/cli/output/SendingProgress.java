package dev.tidemill.cli.output;

import dev.tidemill.producer.SendListener;
import dev.tidemill.producer.SendProgress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows a producer's progress, counting only what the brokers have committed. */
public final class SendingProgress implements SendListener {
  private static final int MAX_LEFT_OUT_LINES = 10;

  private final Terminal terminal;
  private boolean continues;
  private int leftOut;
  private @Nullable ProgressBar bar;

  public SendingProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void progressed(SendProgress progress) {
    ProgressBar shown = bar;
    if (!continues && progress.before() > 0 && progress.taken() > 0) {
      continues = true;
      print("continues after %,d samples that were sent before", progress.before());
    }
    if (shown == null) {
      shown = new ProgressBar(terminal, "samples", progress.total(), System::nanoTime);
      bar = shown;
    }
    shown.update(progress.reached());
  }

  @Override
  public void refused(String reason) {
    print("skipped: %s", reason);
  }

  @Override
  public void leftOut(String reason) {
    leftOut++;
    if (leftOut <= MAX_LEFT_OUT_LINES) {
      print("%s%s", reason, leftOut == MAX_LEFT_OUT_LINES ? "; others are only counted" : "");
    }
  }

  @Override
  public void notice(String notice) {
    print("%s", notice);
  }

  /**
   * Prints the result.
   *
   * @param source the source's key
   * @param rerun what another run of the same command would send
   */
  public void end(String source, SendProgress progress, Rerun rerun) {
    ProgressBar shown = bar;
    if (shown == null) {
      return; // The producer failed before it sent anything.
    }
    if (progress.nothingLeft()) {
      print(
          "nothing left to send: all %,d samples of %s were sent before; to send them again, add"
              + " --set send.resume=never, or --source-name NAME",
          progress.before(), source);
      return;
    }
    shown.end(progress.reached());
    print(
        "sent %,d samples in %,d records%s",
        progress.samples(),
        progress.records(),
        progress.refused() == 0
            ? ""
            : String.format(Locale.ROOT, ", skipped %,d", progress.refused()));
    if (progress.leftOut() > 0) {
      print("left out %,d samples without a value; they are dead letters", progress.leftOut());
    }
    if (progress.unsent() > 0) {
      print("%,d samples that were read were not committed", progress.unsent());
    }
    if (!progress.isFullySent()) {
      print("%s", rerun.advice(progress));
    }
  }

  /** What another run of the same command sends. */
  public enum Rerun {
    /** It sends what this run has not sent. */
    CONTINUES,
    /** It sends everything again. */
    BEGINS,
    /** It reads other data: the source cannot be read again. */
    READS_ON;

    String advice(SendProgress progress) {
      return switch (this) {
        case CONTINUES ->
            String.format(
                Locale.ROOT,
                "run the same command again: it continues at sample %,d%s",
                progress.reached(),
                progress.unsent() == 0 ? "" : ", or after it if the last commit succeeded");
        case BEGINS -> "run the same command again: it begins at sample 0";
        case READS_ON ->
            String.format(
                Locale.ROOT,
                "the input cannot be read again: supply it from sample %,d on",
                progress.reached());
      };
    }
  }

  private void print(String format, Object... values) {
    terminal.line("produce: " + String.format(Locale.ROOT, format, values));
  }
}
