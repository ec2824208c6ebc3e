package dev.tidemill.cli;

import dev.tidemill.producer.SendListener;
import dev.tidemill.producer.SendProgress;
import org.jspecify.annotations.Nullable;

/** Shows how far a producer is. */
final class SendingProgress implements SendListener {
  private final Terminal terminal;
  private @Nullable ProgressBar bar;

  SendingProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void progressed(SendProgress progress) {
    ProgressBar shown = bar;
    if (shown == null) {
      if (progress.before() > 0) {
        terminal.line(
            "produce: going on after " + progress.before() + " samples that were sent before");
      }
      shown = new ProgressBar(terminal, "samples", progress.total(), System::nanoTime);
      bar = shown;
    }
    shown.update(progress.before() + progress.samples());
  }

  @Override
  public void refused(String reason) {
    terminal.line("produce: left out: " + reason);
  }

  /** Says what came of it. */
  void end(SendProgress progress) {
    if (progress.nothingLeft()) {
      terminal.line(
          "produce: nothing left to send: all " + progress.before() + " samples were sent before");
    } else if (bar != null) {
      bar.end(progress.before() + progress.samples());
      terminal.line(
          "produce: sent "
              + progress.samples()
              + " samples in "
              + progress.records()
              + " records"
              + (progress.refused() == 0 ? "" : ", left out " + progress.refused()));
    }
  }
}
